// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "deviceplugin/config/config.h"
#include "kernel/netlink/netns.h"

namespace rxlease::deviceplugin::prepare {

// Gives back every prepared NIC, with a line about each, as an uninstallation needs it; before that the NAPI
// settings and interrupts of queues, even while these are leased. False: something was not given back, and
// its record stays. std::runtime_error: the daemon runs, and would prepare the NICs again.
bool restore_nics(kernel::Namespace& host, const std::string& sysfs, const config::Config& config,
                  std::ostream& out);

}  // namespace rxlease::deviceplugin::prepare
