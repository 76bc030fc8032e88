// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "kernel/netlink/socket/transport.h"

namespace rxlease::kernel {

// The ids of other network namespaces within one, that of the transport (NETLINK_ROUTE).
// Numbers from linux/net_namespace.h; there is no YAML for them.
class NsIds {
 public:
  explicit NsIds(Transport& transport) : transport_(transport) {}

  // The id of the namespace that `netns_fd` refers to; nullopt if it has none yet.
  std::optional<std::int32_t> getnsid(int netns_fd) const;

  // The same; if it has none, the kernel chooses one. An id stays for the namespace's life and cannot be
  // removed. Needs CAP_NET_ADMIN.
  std::int32_t ensure_nsid(int netns_fd) const;

 private:
  Transport& transport_;
};

}  // namespace rxlease::kernel
