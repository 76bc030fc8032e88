// SPDX-License-Identifier: Apache-2.0
#include "kernel/nic.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include "kernel/error.h"
#include "kernel/files.h"

namespace rxlease::kernel {

namespace {

namespace fs = std::filesystem;

// The first line of a sysfs attribute; empty if it is missing or its driver does not answer. The attributes
// of a netdev that is being removed are empty: if the ifindex, read last, is not, then everything read before
// is valid.
std::string read_attribute(const fs::path& path) {
  const auto text = read_usable_file(path.string()).value_or("");
  return text.substr(0, text.find('\n'));
}

// The names in a directory of sysfs; none of one that is being removed, or that no name can lead to.
std::vector<std::string> list(const fs::path& directory) {
  try {
    return list_directory(directory.string());
  } catch (const FileError& error) {
    if (error.error() != ENODEV && error.error() != ENAMETOOLONG) throw;
    return {};
  }
}

std::uint32_t read_number(const fs::path& path) {
  const auto text = read_attribute(path);
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The NIC's part of a netdev's device ids. dev_port is decimal in sysfs, and 0 if a driver does not use it.
std::string nic_name(std::string_view parent, const fs::path& netdev) {
  std::string name(parent);
  if (const auto port = read_attribute(netdev / "phys_port_name"); !port.empty()) name += "." + port;
  if (const auto port = read_number(netdev / "dev_port"); port != 0) name += ".d" + std::to_string(port);
  return name;
}

std::optional<Nic> find_below(const fs::path& parent_net, std::string_view parent, std::string_view name) {
  for (const auto& ifname : list(parent_net)) {
    const auto netdev = parent_net / ifname;
    if (nic_name(parent, netdev) != name) continue;
    Nic nic{std::string(name), ifname, read_number(netdev / "ifindex")};
    if (nic.ifindex != 0) return nic;
  }
  return std::nullopt;
}

// The last component of a symbolic link's target; empty if there is no such link.
std::string link_target(const fs::path& path) {
  std::error_code error;
  return fs::read_symlink(path, error).filename().string();
}

std::optional<int> read_numa_node(const fs::path& device) {
  const auto text = read_attribute(device / "numa_node");
  int node = -1;
  std::from_chars(text.data(), text.data() + text.size(), node);
  return node >= 0 ? std::optional(node) : std::nullopt;
}

std::uint32_t count_rx_queues(const fs::path& netdev) {
  const auto queues = list(netdev / "queues");
  return static_cast<std::uint32_t>(
      std::ranges::count_if(queues, [](const auto& queue) { return queue.starts_with("rx-"); }));
}

// Calls `visit` with the folder and the name of each device that may be the parent of a NIC, until it returns
// true. A parent's name may contain dots itself, so each dot is tried as the port's beginning.
template <typename Visit>
void for_each_parent(const std::string& sysfs, std::string_view name, Visit visit) {
  const auto buses = fs::path(sysfs) / "bus";
  for (const auto& bus : list(buses)) {
    for (auto end = name.size(); end != std::string_view::npos && end != 0; end = name.rfind('.', end - 1)) {
      const auto parent = name.substr(0, end);
      if (visit(buses / bus / "devices" / parent, parent)) return;
    }
  }
}

}  // namespace

std::vector<NicDetails> list_nics(const std::string& sysfs) {
  std::vector<NicDetails> nics;
  const auto directory = fs::path(sysfs) / "class/net";
  for (const auto& ifname : list(directory)) {
    const auto netdev = directory / ifname;
    const auto device = netdev / "device";
    NicDetails details;
    details.parent = link_target(device);
    if (details.parent.empty()) continue;
    details.nic = {nic_name(details.parent, netdev), ifname, read_number(netdev / "ifindex")};
    if (details.nic.ifindex == 0) continue;
    details.bus = link_target(device / "subsystem");
    details.driver = link_target(device / "driver");
    details.numa_node = read_numa_node(device);
    details.rx_queues = count_rx_queues(netdev);
    nics.push_back(std::move(details));
  }
  std::ranges::sort(nics, {},
                    [](const NicDetails& details) -> const std::string& { return details.nic.name; });
  return nics;
}

std::optional<Nic> find_nic(const std::string& sysfs, std::string_view name) {
  std::optional<Nic> nic;
  for_each_parent(sysfs, name, [&](const fs::path& device, std::string_view parent) {
    nic = find_below(device / "net", parent, name);
    return nic.has_value();
  });
  return nic;
}

std::optional<int> numa_node_of(const std::string& sysfs, std::string_view name) {
  std::optional<int> node;
  for_each_parent(sysfs, name, [&](const fs::path& device, std::string_view) {
    node = read_numa_node(device);
    return node.has_value();
  });
  return node;
}

}  // namespace rxlease::kernel
