// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "kernel/fd.h"

namespace rxlease::kernel {

// Directories in which files come and go (inotify). Says only where something happened: whoever cares looks.
class Watches {
 public:
  Watches();

  int fd() const { return inotify_.get(); }  // readable when something happened

  // Watches a directory from now on; false while there is none. A directory that was removed and made again
  // must be watched again.
  bool watch(const std::string& directory);

  // Takes all that waits; returns how many events.
  std::size_t drain();

 private:
  Fd inotify_;
  std::map<std::string, int> watched_;
};

}  // namespace rxlease::kernel
