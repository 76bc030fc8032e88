// SPDX-License-Identifier: Apache-2.0
#include "kernel/nic.h"

#include <charconv>
#include <filesystem>
#include <fstream>

namespace rxlease::kernel {

namespace {

namespace fs = std::filesystem;

// The first line of a sysfs attribute; empty when it is missing or its driver does not answer.
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

// What the device ids of a netdev begin with. dev_port is base 10 in sysfs, and 0 where a driver has no use
// for it.
std::string nic_name(std::string_view parent, const fs::path& netdev) {
  std::string name(parent);
  if (const auto port = read_attribute(netdev / "phys_port_name"); !port.empty()) name += "." + port;
  if (const auto port = read_number(netdev / "dev_port"); port != 0) name += ".d" + std::to_string(port);
  return name;
}

std::optional<Nic> find_below(const fs::path& parent_net, std::string_view parent, std::string_view name) {
  std::error_code error;
  for (const auto& netdev : fs::directory_iterator(parent_net, error)) {
    if (nic_name(parent, netdev.path()) == name) {
      return Nic{std::string(name), netdev.path().filename().string(),
                 read_number(netdev.path() / "ifindex")};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Nic> find_nic(const std::string& sysfs, std::string_view name) {
  std::error_code error;
  for (const auto& bus : fs::directory_iterator(fs::path(sysfs) / "bus", error)) {
    // A parent's name may contain dots itself, so every place where a port could begin is tried.
    for (auto end = name.size(); end != std::string_view::npos && end != 0; end = name.rfind('.', end - 1)) {
      const auto parent = name.substr(0, end);
      if (auto nic = find_below(bus.path() / "devices" / parent / "net", parent, name)) return nic;
    }
  }
  return std::nullopt;
}

}  // namespace rxlease::kernel
