// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "deviceplugin/operate/trouble.h"
#include "kernel/process/watches.h"

namespace rxlease::deviceplugin {

// The directories whose changes wake the daemon. Linux limits how many each user may watch; where the limit
// is used up the daemon scans on time alone.
class WatchedDirectories {
 public:
  explicit WatchedDirectories(prometheus::Registry& registry);

  // Watches each of the directories, or, of one that is not there, the lowest one above it that is. False:
  // the kernel refuses; the daemon should scan more often, and call this again.
  bool watch(const std::vector<std::string>& directories);

  int fd() const { return watches_ ? watches_->fd() : -1; }  // as of kernel::Watches; poll() ignores -1
  void drain();

 private:
  operate::Trouble trouble_;
  std::optional<kernel::Watches> watches_;
};

}  // namespace rxlease::deviceplugin
