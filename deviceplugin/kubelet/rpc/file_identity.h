// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rxlease::deviceplugin::kubelet {

// Tells one socket file from another of the same name. A file system may give an inode's number to the next
// file, so the time of modification counts too: a socket's is when it was made. The time of change does not:
// a chmod makes no new socket.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0;
  std::int64_t modified_seconds = 0, modified_nanoseconds = 0;

  // nullopt when nothing is there.
  static std::optional<FileIdentity> of(const std::string& path);
  bool operator==(const FileIdentity&) const = default;
};

}  // namespace rxlease::deviceplugin::kubelet
