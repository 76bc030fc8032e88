// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// What else sysfs tells of a NIC.
struct NicDetails {
  Nic nic;
  std::string parent;            // parent device: 0000:0a:00.0, netdevsim1
  std::string bus;               // pci, netdevsim, auxiliary
  std::string driver;            // mlx5_core; empty when none is bound
  std::optional<int> numa_node;  // absent where the machine or the bus has none
  std::uint32_t rx_queues = 0;   // in use, whether the device is up or not
};

// All NICs of the namespace that `sysfs` shows, ordered by name, but for those on their way out. Devices
// without a parent (netkit, veth, bridges) are none.
std::vector<NicDetails> list_nics(const std::string& sysfs);

}  // namespace rxlease::kernel
