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

// Finds a NIC by its name in device ids. It reads the parent's own folder in sysfs only, so the cost does not
// grow with the number of links; dev_port has no rtnetlink attribute. `sysfs`: the mount point that shows the
// NIC's namespace. nullopt if there is no such NIC.
std::optional<Nic> find_nic(const std::string& sysfs, std::string_view name);

// The NUMA node of a NIC, by its name in device ids, whichever namespace has it. nullopt if there is no such
// parent device, or the machine or the bus has no nodes.
std::optional<int> numa_node_of(const std::string& sysfs, std::string_view name);

// What else is in sysfs about a NIC.
struct NicDetails {
  Nic nic;
  std::vector<std::string> altnames;  // its other names; sysfs has none, so list_nics() leaves them out
  std::string parent;                 // parent device: 0000:0a:00.0, netdevsim1
  std::string bus;                    // pci, netdevsim, auxiliary
  std::string driver;                 // mlx5_core; empty if none is bound
  std::optional<int> numa_node;       // absent if the machine or the bus has none
  std::uint32_t rx_queues = 0;        // in use, whether the device is up or not
};

// All NICs of the namespace that `sysfs` shows, ordered by name, without those that are being removed.
// Devices without a parent (netkit, veth, bridges) are no NICs.
std::vector<NicDetails> list_nics(const std::string& sysfs);

}  // namespace rxlease::kernel
