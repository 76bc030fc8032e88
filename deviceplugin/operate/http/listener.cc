// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/http/listener.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "kernel/error.h"
#include "kernel/files.h"
#include "kernel/ip.h"

namespace rxlease::deviceplugin::operate {

namespace {

using kernel::Fd;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress unix_address(const std::string& path) {
  SocketAddress address;
  auto* local = reinterpret_cast<sockaddr_un*>(&address.storage);
  if (path.size() >= sizeof(local->sun_path)) {
    throw kernel::KernelError("listen on " + path, ENAMETOOLONG);
  }
  local->sun_family = AF_UNIX;
  path.copy(local->sun_path, path.size());
  address.size = sizeof(*local);
  return address;
}

SocketAddress parse_address(const std::string& text) {
  if (text.starts_with('/')) return unix_address(text);
  const auto colon = text.rfind(':');
  auto host = text.substr(0, colon == std::string::npos ? text.size() : colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const auto digits = colon == std::string::npos ? "" : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const auto ip = kernel::IpAddress::parse(host);
  if (!ip || error != std::errc() || end != digits.data() + digits.size()) {
    throw kernel::KernelError("listen on \"" + text + "\"", EINVAL, "an address is IP:PORT");
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

}  // namespace

std::uint16_t port_of(const Fd& listener) {
  SocketAddress address;
  address.size = sizeof(address.storage);
  getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address.storage), &address.size);
  // Both families keep the port in the same place.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_port);
}

Fd listen_on(const std::string& text) {
  const auto address = parse_address(text);
  Fd listener(socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (text.starts_with('/')) kernel::remove_file(text);
  const int on = 1;
  constexpr int backlog = 128;
  if (!listener || setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(listener.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 ||
      listen(listener.get(), backlog) != 0) {
    kernel::throw_errno("listen on " + text);
  }
  return listener;
}

}  // namespace rxlease::deviceplugin::operate
