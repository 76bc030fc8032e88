// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "kernel/netlink/netns.h"

namespace rxlease::deviceplugin::guard {

// The guard of a daemon that was killed ends with it, but the kernel takes its namespace apart in the
// background. Waits for the end of such leases and of those in other namespaces that end, at most until
// `limit`; returns at once if there are none. Without this a daemon would take them for foreign. `sysfs`: the
// mount point that shows the host's namespace.
void await_end_of_predecessor(kernel::Namespace& host, const std::string& sysfs,
                              std::chrono::milliseconds limit = std::chrono::seconds(2));

}  // namespace rxlease::deviceplugin::guard
