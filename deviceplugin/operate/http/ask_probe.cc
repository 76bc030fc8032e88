// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/http/ask_probe.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "kernel/error.h"
#include "kernel/fd.h"

namespace rxlease::deviceplugin::operate {

namespace {

constexpr timeval longest_wait{2, 0};  // to send, and for each part of the answer
constexpr std::chrono::seconds longest_exchange{4};

kernel::Fd connect_to(const std::string& path) {
  kernel::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) throw kernel::KernelError("connect to " + path, ENAMETOOLONG);
  path.copy(address.sun_path, path.size());
  if (!socket ||
      setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &longest_wait, sizeof(longest_wait)) != 0 ||
      setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &longest_wait, sizeof(longest_wait)) != 0 ||
      connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    kernel::throw_errno("connect to " + path);
  }
  return socket;
}

std::string answer_of(const kernel::Fd& socket, const std::string& path, std::size_t longest) {
  const auto request = "GET " + path + " HTTP/1.1\r\n\r\n";
  if (send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) kernel::throw_errno("send");
  std::string answer;
  std::array<char, 1024> block{};
  const auto deadline = std::chrono::steady_clock::now() + longest_exchange;
  while (answer.size() < longest) {
    if (std::chrono::steady_clock::now() > deadline) throw kernel::KernelError("recv", ETIMEDOUT);
    const ssize_t got = recv(socket.get(), block.data(), block.size(), 0);
    if (got < 0) kernel::throw_errno("recv");
    if (got == 0) break;
    answer.append(block.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

}  // namespace

ProbeResult ask_probe(const std::string& socket, const std::string& path, std::size_t longest) {
  try {
    const auto answer = answer_of(connect_to(socket), path, longest);
    const auto body = answer.find("\r\n\r\n");
    if (body == std::string::npos) return {.well = false, .text = "the daemon does not answer\n"};
    return {.well = answer.starts_with("HTTP/1.1 200 "), .text = answer.substr(body + 4)};
  } catch (const kernel::KernelError& error) {
    return {.well = false, .text = std::string("the daemon does not answer: ") + error.what() + "\n"};
  }
}

}  // namespace rxlease::deviceplugin::operate
