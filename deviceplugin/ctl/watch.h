// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "kernel/fd.h"
#include "kernel/netns.h"
#include "kernel/notifications.h"
#include "kernel/watches.h"

namespace rxlease::deviceplugin::ctl {

// Tells when it is time for another look: the kernel or the records have news, or the slow timer is over,
// since foreign leases raise none. From its making on SIGINT and SIGTERM only end the watch.
class Watch {
 public:
  Watch(kernel::Namespace& host, std::string state_directory, std::chrono::seconds rescan);

  // Sleeps until then. News that come together count once. False: asked to end.
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
