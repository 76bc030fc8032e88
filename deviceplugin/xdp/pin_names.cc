// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/pin_names.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

namespace rxlease::deviceplugin::xdp {

std::string pin_name_of(const std::string& nic) {
  auto name = nic;
  std::ranges::replace(name, '.', '+');
  std::ranges::replace(name, ':', '=');
  return name;
}

std::string nic_of_pin_name(const std::string& name) {
  auto nic = name;
  std::ranges::replace(nic, '+', '.');
  std::ranges::replace(nic, '=', ':');
  return nic;
}

// A directory that cannot be renamed is found under its old name, and withdrawn as that of another NIC would
// be.
void rename_old_pins(const std::string& directory) {
  std::error_code none;
  std::vector<std::filesystem::path> old;
  for (const auto& entry : std::filesystem::directory_iterator(directory, none)) {
    if (entry.path().filename().string().find(':') != std::string::npos) old.push_back(entry.path());
  }
  for (const auto& path : old) {
    const auto name = pin_name_of(nic_of_pin_name(path.filename().string()));
    std::filesystem::rename(path, path.parent_path() / name, none);
  }
}

}  // namespace rxlease::deviceplugin::xdp
