// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "kernel/fd.h"
#include "kernel/netlink/netns.h"
#include "kernel/netlink/notifications.h"
#include "kernel/process/watches.h"

namespace rxlease::deviceplugin::ctl {

// Waits for a reason to scan again: a notification of the kernel, a change of the records, or the slow timer,
// since foreign leases raise no notification. From its construction on, SIGINT and SIGTERM end the watch
// instead of the process.
class Watch {
 public:
  Watch(kernel::Namespace& host, std::string state_directory, std::chrono::seconds rescan);

  // Sleeps until then. Notifications that come together count once. False: asked to end.
  bool wait();

 private:
  void watch_directories();

  std::string state_directory_;
  std::chrono::seconds rescan_;
  kernel::Notifications links_;
  kernel::Notifications generic_;
  kernel::Watches watches_;
  kernel::Fd signals_;
};

}  // namespace rxlease::deviceplugin::ctl
