// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/zerocopy/tcp.h"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "deploy/examples/zerocopy/failure.h"

namespace rxlease::examples {

namespace {

Socket open_socket(int family) {
  const int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  return Socket(fd);
}

}  // namespace

void Socket::close() {
  if (is_open()) ::close(std::exchange(fd_, -1));
}

Socket listen_on(unsigned port) {
  auto listener = open_socket(AF_INET6);
  const int yes = 1;
  if (setsockopt(listener.fd(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0) fail("SO_REUSEADDR");
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(static_cast<std::uint16_t>(port));
  if (bind(listener.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0) fail("bind");
  if (listen(listener.fd(), SOMAXCONN) < 0) fail("listen");
  std::printf("listening on port %u\n", port);
  std::fflush(stdout);
  return listener;
}

Socket accept_from(const Socket& listener) {
  const int fd = accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) fail("accept");
  return Socket(fd);
}

bool is_preceded(const Socket& socket, int other) {
  std::array<pollfd, 2> waiting{pollfd{socket.fd(), POLLIN, 0}, pollfd{other, POLLIN, 0}};
  while (poll(waiting.data(), waiting.size(), -1) < 0) {
    if (errno != EINTR) fail("poll");
  }
  return waiting[1].revents != 0;
}

Socket connect_to(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const auto where = host + " port " + port;
  if (const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &list); error != 0) {
    throw std::runtime_error(where + ": " + gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(list, freeaddrinfo);
  auto connection = open_socket(addresses->ai_family);
  if (connect(connection.fd(), addresses->ai_addr, addresses->ai_addrlen) < 0) fail("connect to " + where);
  return connection;
}

}  // namespace rxlease::examples
