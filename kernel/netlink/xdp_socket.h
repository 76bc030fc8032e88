// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "kernel/fd.h"
#include "kernel/netlink/socket/netlink_socket.h"

namespace rxlease::kernel {

// Whether a descriptor, of any origin, is an AF_XDP socket.
bool is_xdp_socket(const Fd& fd);

// Whether an AF_XDP socket is bound and receives without copies; and the namespace in which it was made.
bool is_zero_copy(const Fd& xdp_socket);
std::uint64_t netns_cookie_of(const Fd& socket);

// What an AF_XDP socket is bound to.
struct XdpBinding {
  std::uint32_t ifindex = 0;  // 0: to nothing
  std::uint32_t queue = 0;

  bool operator==(const XdpBinding&) const = default;
};

// Asks sock_diag in the socket's namespace (NETLINK_SOCK_DIAG), which must be the AF_XDP socket's. nullopt if
// the kernel lacks CONFIG_XDP_SOCKETS_DIAG, or has no such socket there, or none among the 4096 newest: a
// program may have any number of sockets, and no request takes longer for that. Nothing else can be asked by
// `sock_diag` afterwards.
std::optional<XdpBinding> binding_of(NetlinkSocket& sock_diag, const Fd& xdp_socket);

// Lets the socket's poller do the NIC's work (Documentation/networking/napi.rst, busy polling): at a time for
// at most so many microseconds and packets. KernelError; EPERM without CAP_NET_ADMIN.
void set_busy_poll(const Fd& xdp_socket, std::uint32_t microseconds, std::uint32_t budget);

}  // namespace rxlease::kernel
