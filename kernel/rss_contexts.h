// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/ethtool.h"
#include "kernel/genl.h"
#include "kernel/transport.h"

namespace rxlease::kernel {

// The RSS contexts of NICs, in the namespace of the transport (NETLINK_GENERIC): ethtool.yaml, rss-get,
// rss-create-act and rss-delete-act (Linux 6.17 on).
class RssContexts {
 public:
  // nullopt when the kernel has no rss-create-act.
  static std::optional<RssContexts> open(Transport& transport);

  // Whether the NIC's driver has more contexts than the device's own.
  bool are_supported(std::uint32_t ifindex) const;

  // All contexts of a NIC, its own first; none when the driver has no RSS.
  std::vector<Rss> rss_get_dump(std::uint32_t ifindex) const;

  // Makes a context with a number of the caller's choice, from 1 on, so that it can be written down before.
  // EBUSY: the number is taken. ERANGE: it is more than the NIC has. EINVAL: a queue that the NIC has not, or
  // a table whose rows do not divide those of the NIC's own. Needs CAP_NET_ADMIN.
  void rss_create_act(std::uint32_t ifindex, std::uint32_t context, const Bytes& indir) const;

  // False when there is no such context. EBUSY: a flow rule uses it. Needs CAP_NET_ADMIN.
  bool rss_delete_act(std::uint32_t ifindex, std::uint32_t context) const;

 private:
  RssContexts(Transport& transport, GenlFamily family) : transport_(&transport), family_(std::move(family)) {}
  std::vector<Message> call(const char* operation, std::uint8_t op, std::uint16_t flags,
                            const Bytes& attributes) const;

  Transport* transport_;
  GenlFamily family_;
};

}  // namespace rxlease::kernel
