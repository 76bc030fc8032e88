// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/watches.h"

#include <sys/inotify.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "kernel/error.h"

namespace rxlease::kernel {

Watches::Watches() : inotify_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!inotify_) throw_errno("inotify_init1");
}

// For the directory that is watched already, the kernel returns the descriptor that it has.
bool Watches::watch(const std::string& directory) {
  const std::uint32_t events = IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE |
                               IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
  const int descriptor = inotify_add_watch(inotify_.get(), directory.c_str(), events);
  const int error = errno;
  if (const auto known = watched_.find(directory); known != watched_.end() && known->second != descriptor) {
    inotify_rm_watch(inotify_.get(), known->second);  // fails if that directory has gone
    watched_.erase(known);
  }
  if (descriptor < 0) {
    if (error == ENOENT || error == ENOTDIR) return false;
    throw KernelError("inotify_add_watch " + directory, error);
  }
  watched_[directory] = descriptor;
  return true;
}

std::size_t Watches::drain() {
  alignas(inotify_event) std::array<char, 4096> block{};
  std::size_t count = 0;
  for (;;) {
    const ssize_t got = read(inotify_.get(), block.data(), block.size());
    if (got <= 0) {
      if (got < 0 && errno == EINTR) continue;
      return count;
    }
    for (std::size_t offset = 0; offset < static_cast<std::size_t>(got); ++count) {
      inotify_event event{};
      std::memcpy(&event, block.data() + offset, sizeof(event));
      offset += sizeof(event) + event.len;
      if ((event.mask & IN_IGNORED) == 0) continue;
      const int gone = event.wd;
      std::erase_if(watched_, [gone](const auto& entry) { return entry.second == gone; });
    }
  }
}

}  // namespace rxlease::kernel
