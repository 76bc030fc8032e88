// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/ethtool/ethtool.h"
#include "kernel/netlink/socket/genl.h"
#include "kernel/netlink/socket/transport.h"

namespace rxlease::kernel {

// The RSS contexts of NICs, in the namespace of the transport (NETLINK_GENERIC): ethtool.yaml, rss-get,
// rss-create-act and rss-delete-act (Linux 6.17 on).
class RssContexts {
 public:
  // nullopt if the kernel has no rss-create-act.
  static std::optional<RssContexts> open(Transport& transport);

  // Whether the NIC's driver supports contexts beside the device's own.
  bool are_supported(std::uint32_t ifindex) const;

  // All contexts of a NIC, its own first; empty if the driver has no RSS.
  std::vector<Rss> rss_get_dump(std::uint32_t ifindex) const;

  // Makes a context with the caller's number, from 1 on, so that it can be recorded before. EBUSY: the number
  // is taken. ERANGE: the NIC has fewer contexts. EINVAL: the NIC has no such queue, or the number of rows
  // does not divide that of the NIC's own table. Needs CAP_NET_ADMIN.
  void rss_create_act(std::uint32_t ifindex, std::uint32_t context, const Bytes& indir) const;

  // False if there is no such context. EBUSY: a flow rule uses it. Needs CAP_NET_ADMIN.
  bool rss_delete_act(std::uint32_t ifindex, std::uint32_t context) const;

 private:
  RssContexts(Transport& transport, GenlFamily family) : transport_(&transport), family_(std::move(family)) {}
  std::vector<Message> call(const char* operation, std::uint8_t op, std::uint16_t flags,
                            const Bytes& attributes) const;

  Transport* transport_;
  GenlFamily family_;
};

}  // namespace rxlease::kernel
