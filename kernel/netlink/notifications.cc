// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/notifications.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "kernel/error.h"
#include "kernel/netlink/socket/genl.h"

namespace rxlease::kernel {

Notifications::Notifications(int protocol, const std::vector<std::uint32_t>& groups)
    : socket_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol)) {
  if (!socket_) throw_errno("socket AF_NETLINK for notifications");
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  if (bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw_errno("bind AF_NETLINK");
  }
  for (const auto group : groups) {
    if (setsockopt(socket_.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) != 0) {
      throw_errno("setsockopt NETLINK_ADD_MEMBERSHIP " + std::to_string(group));
    }
  }
}

std::size_t Notifications::drain() const {
  std::array<char, 8192> ignored{};
  std::size_t count = 0;
  for (;;) {
    const ssize_t got = recv(socket_.get(), ignored.data(), ignored.size(), MSG_TRUNC);
    if (got >= 0 || errno == ENOBUFS) {
      ++count;
    } else if (errno != EINTR) {
      if (errno != EAGAIN && errno != EWOULDBLOCK) throw_errno("recv AF_NETLINK");
      return count;
    }
  }
}

std::vector<std::uint32_t> generic_groups(Namespace& host) {
  std::vector<std::uint32_t> groups;
  for (const auto& [family, group] : {std::pair{"netdev", "mgmt"}, std::pair{"ethtool", "monitor"}}) {
    const auto found = getfamily(host.generic(), family);
    const auto number = found ? found->mcast_group(group) : std::nullopt;
    if (number) groups.push_back(*number);
  }
  return groups;
}

}  // namespace rxlease::kernel
