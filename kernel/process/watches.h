// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "kernel/fd.h"

namespace rxlease::kernel {

// Watches directories for files that come and go, and for their own end (inotify). It does not tell which:
// callers read the directory.
class Watches {
 public:
  Watches();

  int fd() const { return inotify_.get(); }  // readable when something happened

  // Watches a directory from now on; false if there is none. Must be called again for a directory that was
  // removed, moved away or mounted over, and made again: it then watches the one that is at the path now.
  bool watch(const std::string& directory);

  // Discards all waiting events and returns their number.
  std::size_t drain();

 private:
  Fd inotify_;
  std::map<std::string, int> watched_;
};

}  // namespace rxlease::kernel
