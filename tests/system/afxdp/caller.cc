// SPDX-License-Identifier: Apache-2.0
#include "tests/system/afxdp/caller.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <stdexcept>

#include "kernel/error.h"
#include "kernel/netlink/netns.h"

namespace rxlease::tests {

namespace {

constexpr int answer_patience_ms = 5000;

kernel::Fd connect_to(const Pod& pod, const std::string& path) {
  const auto netns = kernel::NetNs::open(pod.path());
  if (!netns) throw std::runtime_error("no namespace " + pod.path());
  const kernel::InsideNetNs inside(*netns);
  kernel::Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  if (!socket || connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    kernel::throw_errno("connect to " + path);
  }
  return socket;
}

}  // namespace

Caller::Caller(const Pod& pod, const std::string& path) : socket_(connect_to(pod, path)) {}

std::optional<kernel::Packet> Caller::ask(const std::string& text, const kernel::Fd& fd) const {
  try {
    socket_.send(text, fd);
    return next_answer();
  } catch (const kernel::KernelError& error) {
    if (error.error() == EPIPE || error.error() == ECONNRESET) return std::nullopt;
    throw;
  }
}

std::optional<kernel::Packet> Caller::next_answer() const {
  pollfd waiting{socket_.fd(), POLLIN, 0};
  if (poll(&waiting, 1, answer_patience_ms) <= 0) throw std::runtime_error("no answer");
  return socket_.receive();
}

std::string Caller::answer() const {
  const auto packet = next_answer();
  return packet ? packet->text : "";
}

std::string Caller::say(const std::string& text, const kernel::Fd& fd) const {
  const auto answer = ask(text, fd);
  return answer ? answer->text : "";
}

}  // namespace rxlease::tests
