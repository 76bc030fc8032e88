// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernel/device_id.h"

namespace rxlease::deviceplugin::allocate {

// The folders of devices, as mounts name them. A runtime that writes a mount as HOST:CONTAINER takes no path
// with a colon, which PCI addresses have, so a device's folder is mounted under DeviceId::folder():
//
//   STATE/devices/0000:0a:00.0.p0-rx7/      the folder: lease.json, afxdp.sock
//   STATE/devices/0000_0a_00.0.p0-rx7       a link to it                   → /run/rxlease/0000_0a_00.0.p0-rx7
//   STATE/names/0000_0a_00.0.p0-rx7/        empty: the mount point         ┐
//   STATE/names/0000:0a:00.0.p0-rx7         a link to the mount point      ┴ STATE/names → /run/rxlease
//
// STATE/names is there for programs that know the folder by the name with colons, as it was called in 0.1;
// the next release mounts it no more. All devices have their mount points in it, since a container may get
// devices of several pools.
class Folders {
 public:
  static constexpr const char* in_container = "/run/rxlease";

  explicit Folders(std::string state_directory) : state_directory_(std::move(state_directory)) {}

  // Makes the device's folder, mount point and links, and returns the folder's path to mount. KernelError.
  std::string make(const kernel::DeviceId& device) const;

  std::string names() const { return state_directory_ + "/names"; }

  // Whether the device's folder has another name than the device.
  static bool has_two_names(const kernel::DeviceId& device) { return device.folder() != device.to_string(); }

 private:
  std::string state_directory_;
};

}  // namespace rxlease::deviceplugin::allocate
