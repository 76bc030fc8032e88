// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/rpc/file_identity.h"

#include <sys/stat.h>

namespace rxlease::deviceplugin::kubelet {

std::optional<FileIdentity> FileIdentity::of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{.device = status.st_dev,
                      .inode = status.st_ino,
                      .modified_seconds = status.st_mtim.tv_sec,
                      .modified_nanoseconds = status.st_mtim.tv_nsec};
}

}  // namespace rxlease::deviceplugin::kubelet
