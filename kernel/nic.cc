// SPDX-License-Identifier: Apache-2.0
#include "kernel/nic.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace rxlease::kernel {

namespace {

namespace fs = std::filesystem;

// The first line of a sysfs attribute; empty if it is missing or its driver does not answer. The attributes
// of a netdev that is being removed are empty: if the ifindex, read last, is not, then everything read before
// is valid.
std::string read_attribute(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
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
  std::error_code error;
  for (const auto& netdev : fs::directory_iterator(parent_net, error)) {
    if (nic_name(parent, netdev.path()) != name) continue;
    Nic nic{std::string(name), netdev.path().filename().string(), read_number(netdev.path() / "ifindex")};
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
  std::error_code error;
  std::uint32_t count = 0;
  for (const auto& queue : fs::directory_iterator(netdev / "queues", error)) {
    if (queue.path().filename().string().starts_with("rx-")) ++count;
  }
  return count;
}

}  // namespace

std::vector<NicDetails> list_nics(const std::string& sysfs) {
  std::vector<NicDetails> nics;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(fs::path(sysfs) / "class/net", error)) {
    const auto& netdev = entry.path();
    const auto device = netdev / "device";
    NicDetails details;
    details.parent = link_target(device);
    if (details.parent.empty()) continue;
    details.nic = {nic_name(details.parent, netdev), netdev.filename().string(),
                   read_number(netdev / "ifindex")};
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
  std::error_code error;
  for (const auto& bus : fs::directory_iterator(fs::path(sysfs) / "bus", error)) {
    // A parent's name may contain dots itself, so each dot is tried as the port's beginning.
    for (auto end = name.size(); end != std::string_view::npos && end != 0; end = name.rfind('.', end - 1)) {
      const auto parent = name.substr(0, end);
      if (auto nic = find_below(bus.path() / "devices" / parent / "net", parent, name)) return nic;
    }
  }
  return std::nullopt;
}

}  // namespace rxlease::kernel
