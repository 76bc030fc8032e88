// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "kernel/error.h"
#include "kernel/ip.h"

namespace rxlease::deviceplugin::operate {

namespace {

using kernel::Fd;
using kernel::KernelError;
using kernel::throw_errno;

constexpr std::size_t longest_request = 8192;
constexpr timeval timeout{2, 0};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress parse_address(const std::string& text) {
  const auto colon = text.rfind(':');
  auto host = text.substr(0, colon == std::string::npos ? text.size() : colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const auto digits = colon == std::string::npos ? "" : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const auto ip = kernel::IpAddress::parse(host);
  if (!ip || error != std::errc() || end != digits.data() + digits.size()) {
    throw KernelError("listen on \"" + text + "\"", EINVAL, "an address is IP:PORT");
  }
  SocketAddress address;
  const auto bytes = ip->bytes();
  if (ip->is_v4()) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    std::memcpy(&v4->sin_addr, bytes.data(), bytes.size());
    address.size = sizeof(*v4);
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    std::memcpy(&v6->sin6_addr, bytes.data(), bytes.size());
    address.size = sizeof(*v6);
  }
  return address;
}

std::uint16_t port_of(const Fd& socket) {
  SocketAddress address;
  address.size = sizeof(address.storage);
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address.storage), &address.size);
  // Both families keep the port in the same place.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_port);
}

Fd listen_on(const std::string& text) {
  const auto address = parse_address(text);
  Fd listener(socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (!listener || setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(listener.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 ||
      listen(listener.get(), 16) != 0) {
    throw_errno("listen on " + text);
  }
  return listener;
}

std::string read_head(const Fd& connection) {
  std::string head;
  std::array<char, 1024> block{};
  while (head.size() < longest_request && head.find("\r\n\r\n") == std::string::npos) {
    const ssize_t got = recv(connection.get(), block.data(), block.size(), 0);
    if (got <= 0) break;
    head.append(block.data(), static_cast<std::size_t>(got));
  }
  return head;
}

void send_all(const Fd& connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(connection.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

const char* phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

HttpServer::HttpServer(const std::string& address, Handler handler)
    : handler_(std::move(handler)),
      listener_(listen_on(address)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      port_(port_of(listener_)),
      thread_([this] { serve(); }) {}

HttpServer::~HttpServer() {
  const std::uint64_t one = 1;
  if (write(stop_.get(), &one, sizeof(one)) == sizeof(one)) thread_.join();
}

void HttpServer::serve() {
  for (;;) {
    std::array<pollfd, 2> fds{pollfd{listener_.get(), POLLIN, 0}, pollfd{stop_.get(), POLLIN, 0}};
    poll(fds.data(), fds.size(), -1);
    if (fds[1].revents != 0) return;
    Fd connection(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection) answer(std::move(connection));
  }
}

void HttpServer::answer(Fd connection) const {
  setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  const auto head = read_head(connection);
  const auto method_end = head.find(' ');
  const auto path_end = head.find_first_of(" ?\r\n", method_end == std::string::npos ? 0 : method_end + 1);
  HttpAnswer answer;
  if (method_end == std::string::npos || path_end == std::string::npos ||
      head.substr(0, method_end) != "GET") {
    answer = {405, answer.content_type, "only GET is answered here\n"};
  } else {
    try {
      answer = handler_(head.substr(method_end + 1, path_end - method_end - 1));
    } catch (const std::exception& error) {  // the thread's edge
      answer = {500, answer.content_type, std::string(error.what()) + "\n"};
    }
  }
  send_all(connection, "HTTP/1.1 " + std::to_string(answer.status) + " " + phrase(answer.status) +
                           "\r\nContent-Type: " + answer.content_type +
                           "\r\nContent-Length: " + std::to_string(answer.body.size()) +
                           "\r\nConnection: close\r\n\r\n" + answer.body);
}

}  // namespace rxlease::deviceplugin::operate
