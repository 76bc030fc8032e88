// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/watched_directories.h"

#include "kernel/error.h"
#include "kernel/files.h"

namespace rxlease::deviceplugin {

WatchedDirectories::WatchedDirectories(prometheus::Registry& registry)
    : trouble_(registry, "watch", "directories are watched again") {}

bool WatchedDirectories::watch(const std::vector<std::string>& directories) {
  try {
    if (!watches_) watches_.emplace();
    for (const auto& directory : directories) {
      for (auto path = directory; !watches_->watch(path) && path != "/" && path != ".";)
        path = kernel::directory_of(path);
    }
    trouble_.is_over();
    return true;
  } catch (const kernel::KernelError& error) {
    trouble_.lasts(
        std::string("directories cannot be watched, so changes of files are seen seconds later: ") +
        error.what() +
        "; if a limit is reached, raise fs.inotify.max_user_instances or fs.inotify.max_user_watches");
    return false;
  }
}

void WatchedDirectories::drain() {
  if (watches_) watches_->drain();
}

}  // namespace rxlease::deviceplugin
