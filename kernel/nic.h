// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rxlease::kernel {

// A network device that has a hardware (or simulated) parent, as sysfs shows it.
struct Nic {
  std::string name;    // the part of a device id before "-rx": <parent>[.<phys_port_name>][.d<dev_port>]
  std::string ifname;  // its name now
  std::uint32_t ifindex = 0;
};

// Looks up the NIC that a device id names. Only the parent's own folder is read, so the cost does not grow
// with the number of links. sysfs is needed because dev_port has no rtnetlink attribute. `sysfs` is its mount
// point, of the namespace that holds the NIC. nullopt when there is no such NIC.
std::optional<Nic> find_nic(const std::string& sysfs, std::string_view name);

}  // namespace rxlease::kernel
