// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "kernel/ip.h"

namespace rxlease::cni {

// An address that a runtime or a pod asks the IPAM plugin for: "10.22.0.5" or "10.22.0.5/16". nullopt when it
// is neither.
inline std::optional<kernel::IpAddress> parse_requested_address(std::string_view text) {
  if (const auto prefix = kernel::IpPrefix::parse(text)) return prefix->address;
  return kernel::IpAddress::parse(text);
}

}  // namespace rxlease::cni
