// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/allocate/folders.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "kernel/error.h"
#include "kernel/files.h"

namespace rxlease::deviceplugin::allocate {

namespace {

constexpr mode_t folder_mode = 0755;

// Two NICs whose names differ only in a colon would share the link.
void make_link(const std::string& target, const std::string& path) {
  if (symlink(target.c_str(), path.c_str()) == 0) return;
  const int error = errno;
  std::error_code none;
  if (error == EEXIST && std::filesystem::read_symlink(path, none) == target) return;
  throw kernel::KernelError("symlink " + target + " " + path, error);
}

}  // namespace

std::string Folders::make(const kernel::DeviceId& device) const {
  const auto devices = state_directory_ + "/devices/";
  kernel::make_directory(devices + device.to_string(), folder_mode);
  kernel::make_directory(names() + "/" + device.folder(), folder_mode);
  if (has_two_names(device)) {
    make_link(device.to_string(), devices + device.folder());
    make_link(device.folder(), names() + "/" + device.to_string());
  }
  return devices + device.folder();
}

}  // namespace rxlease::deviceplugin::allocate
