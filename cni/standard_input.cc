// SPDX-License-Identifier: Apache-2.0
#include "cni/standard_input.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "cni/spec/error.h"
#include "kernel/error.h"

namespace rxlease::cni {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Waits until something can be read, or the other side has closed.
void await_input(int fd, steady_clock::time_point deadline, const InputLimits& limits) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now()).count();
    pollfd input{fd, POLLIN, 0};
    const int ready = left > 0 ? poll(&input, 1, static_cast<int>(left)) : 0;
    if (ready > 0) return;
    if (ready < 0 && errno == EINTR) continue;
    throw Error(Code::io_failure,
                "standard input has not ended within " + std::to_string(limits.time.count()) + " ms",
                "write the network configuration to it, and close it");
  }
}

}  // namespace

std::string read_input(int fd, const InputLimits& limits) {
  const auto deadline = steady_clock::now() + limits.time;
  std::string input;
  std::vector<char> block(64UL * 1024);
  for (;;) {
    await_input(fd, deadline, limits);
    const ssize_t got = read(fd, block.data(), block.size());
    if (got == 0) return input;
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) {
      throw Error(Code::io_failure,
                  "standard input cannot be read: " + std::string(kernel::KernelError("read", errno).what()),
                  "open it for reading: a file, a pipe or /dev/null");
    }
    input.append(block.data(), static_cast<std::size_t>(got));
    if (input.size() > limits.bytes) {
      throw Error(Code::decode_failure,
                  "standard input is longer than " + std::to_string(limits.bytes) + " bytes",
                  "write one network configuration to it, and close it");
    }
  }
}

}  // namespace rxlease::cni
