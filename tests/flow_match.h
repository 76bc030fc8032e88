// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/ethtool/flow_rule.h"

namespace rxlease::tests {

// What arrives for a host.
inline kernel::FlowMatch to_host(kernel::Protocol protocol, const char* address, kernel::PortBlock ports,
                                 const char* src = nullptr) {
  kernel::FlowMatch match;
  match.protocol = protocol;
  match.dst = kernel::IpPrefix::host(*kernel::IpAddress::parse(address));
  match.dst_port = ports;
  if (src != nullptr) match.src = kernel::IpPrefix::parse(src);
  return match;
}

}  // namespace rxlease::tests
