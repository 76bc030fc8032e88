// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rxlease::deviceplugin::kubelet {

// Tells one socket file from another of the same name.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0;
  std::int64_t changed_seconds = 0, changed_nanoseconds = 0;

  // nullopt when nothing is there.
  static std::optional<FileIdentity> of(const std::string& path);
  bool operator==(const FileIdentity&) const = default;
};

}  // namespace rxlease::deviceplugin::kubelet
