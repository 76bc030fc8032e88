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
#include <chrono>
#include <cstring>
#include <optional>

#include "kernel/error.h"
#include "kernel/ip.h"

namespace rxlease::deviceplugin::operate {

namespace {

using kernel::Fd;
using kernel::KernelError;
using kernel::throw_errno;

using Clock = std::chrono::steady_clock;

constexpr int thread_count = 4;
constexpr std::size_t longest_request = 8192;
constexpr std::chrono::seconds timeout{2};  // for the whole request, and again for the whole answer

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

// One client. Both directions end early if the server stops.
class Connection {
 public:
  Connection(Fd socket, const Fd& stop) : socket_(std::move(socket)), stop_(stop) {}

  // The request's head, to the empty line; nullopt if it is too long or does not come in time.
  std::optional<std::string> read_head() const {
    const auto deadline = Clock::now() + timeout;
    std::string head;
    std::array<char, 1024> block{};
    while (head.size() < longest_request && wait(POLLIN, deadline)) {
      const ssize_t got = recv(socket_.get(), block.data(), block.size(), MSG_DONTWAIT);
      if (got <= 0) break;
      head.append(block.data(), static_cast<std::size_t>(got));
      if (head.find("\r\n\r\n") != std::string::npos) return head;
    }
    return std::nullopt;
  }

  void send_all(std::string_view text) const {
    const auto deadline = Clock::now() + timeout;
    while (!text.empty() && wait(POLLOUT, deadline)) {
      const ssize_t sent = send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

 private:
  bool wait(short events, Clock::time_point deadline) const {
    std::array<pollfd, 2> fds{pollfd{socket_.get(), events, 0}, pollfd{stop_.get(), POLLIN, 0}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return left > 0 && poll(fds.data(), fds.size(), static_cast<int>(left)) > 0 && fds[1].revents == 0;
  }

  Fd socket_;
  const Fd& stop_;
};

const char* phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
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

// The handler's answer for the path, without its query.
HttpAnswer answer_to(const std::optional<std::string>& head, const HttpServer::Handler& handler) {
  constexpr std::string_view get = "GET ";
  HttpAnswer answer;
  if (!head) {
    answer.status = 400;
    answer.body = "no request of at most 8192 bytes came within 2 seconds\n";
  } else if (!head->starts_with(get)) {
    answer.status = 405;
    answer.body = "only GET is answered here\n";
  } else {
    const auto end = head->find_first_of(" ?\r\n", get.size());
    try {
      answer = handler(head->substr(get.size(), end - get.size()));
    } catch (const std::exception& error) {  // the thread's edge
      answer.status = 500;
      answer.body = std::string(error.what()) + "\n";
    }
  }
  return answer;
}

std::string to_text(const HttpAnswer& answer) {
  return "HTTP/1.1 " + std::to_string(answer.status) + " " + phrase(answer.status) +
         "\r\nContent-Type: " + answer.content_type +
         "\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\nConnection: close\r\n\r\n" +
         answer.body;
}

}  // namespace

HttpServer::HttpServer(const std::string& address, Handler handler)
    : handler_(std::move(handler)),
      listener_(listen_on(address)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      port_(port_of(listener_)) {
  if (!stop_) throw_errno("eventfd");
  for (int i = 0; i < thread_count; ++i) threads_.emplace_back([this] { serve(); });
}

HttpServer::StopAtTheEnd::~StopAtTheEnd() {
  eventfd_write(stop.get(), 1);
}

// All threads wake up for a connection, and one of them gets it.
void HttpServer::serve() const {
  for (;;) {
    std::array<pollfd, 2> fds{pollfd{listener_.get(), POLLIN, 0}, pollfd{stop_.get(), POLLIN, 0}};
    poll(fds.data(), fds.size(), -1);
    if (fds[1].revents != 0) return;
    Fd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) continue;
    const Connection connection(std::move(socket), stop_);
    connection.send_all(to_text(answer_to(connection.read_head(), handler_)));
  }
}

}  // namespace rxlease::deviceplugin::operate
