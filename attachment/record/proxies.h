// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "kernel/ip.h"

namespace rxlease::attachment {

// More addresses than any IPAM plugin gives one interface.
inline constexpr std::size_t most_proxies = 256;

// The pod's addresses for which a NIC answers ARP requests and neighbour solicitations. They are recorded
// before the kernel is told, so that what was made can be found.
struct Proxies {
  std::string nic;            // as in device ids
  std::uint32_t ifindex = 0;  // distinguishes that NIC from a later one of the same name
  std::vector<kernel::IpAddress> addresses;
};

nlohmann::json to_json(const Proxies& proxies);

// Throws nlohmann::json::exception for what is none.
Proxies proxies_from(const nlohmann::json& object);

}  // namespace rxlease::attachment
