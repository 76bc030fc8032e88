// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "kernel/transport.h"

namespace rxlease::kernel {

// The ids by which one network namespace, that of the transport (NETLINK_ROUTE), knows others.
// Numbers from linux/net_namespace.h; there is no YAML for them.
class NsIds {
 public:
  explicit NsIds(Transport& transport) : transport_(transport) {}

  // The id of the namespace that `netns_fd` refers to; nullopt when it has none yet.
  std::optional<std::int32_t> getnsid(int netns_fd) const;

  // The same, giving it an id of the kernel's choice when it has none. An id stays for the namespace's life
  // and cannot be taken back. Needs CAP_NET_ADMIN.
  std::int32_t ensure_nsid(int netns_fd) const;

 private:
  Transport& transport_;
};

}  // namespace rxlease::kernel
