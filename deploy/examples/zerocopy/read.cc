// SPDX-License-Identifier: Apache-2.0
//
// Receives a stream with read(2), as most programs do, and checks every byte: to compare zerocopy_receive
// with.
//
//   $ zerocopy_read 5201
//   listening on port 5201
//   received 67108864 bytes of 1 streams in 0.41 s, all as sent

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "deploy/examples/zerocopy/arguments.h"
#include "deploy/examples/zerocopy/failure.h"
#include "deploy/examples/zerocopy/payload.h"
#include "deploy/examples/zerocopy/tcp.h"

namespace {

using namespace rxlease::examples;

std::uint64_t read_stream(const Socket& connection) {
  std::vector<std::byte> buffer(1 << 18);
  std::uint64_t received = 0;
  for (;;) {
    const auto length = read(connection.fd(), buffer.data(), buffer.size());
    if (length < 0) fail("read");
    if (length == 0) return received;
    check_payload(received, std::span(buffer).first(static_cast<std::size_t>(length)));
    received += static_cast<std::uint64_t>(length);
  }
}

void receive(unsigned port) {
  const auto connection = accept_from(listen_on(port));
  const auto start = std::chrono::steady_clock::now();
  const auto received = read_stream(connection);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("received %llu bytes of 1 streams in %.2f s, all as sent\n",
              static_cast<unsigned long long>(received), took.count());
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv, 1, 1, "PORT",
             [](const auto& arguments) { receive(static_cast<unsigned>(number(arguments[1]))); });
}
