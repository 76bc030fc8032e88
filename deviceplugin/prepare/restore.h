// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "deviceplugin/config/config.h"
#include "kernel/netns.h"

namespace rxlease::deviceplugin::prepare {

// Gives every NIC back that was prepared, as before an uninstallation, with a line about each. False when one
// could not be, and its journal stays. std::runtime_error while the daemon runs, which would prepare them
// again.
bool restore_nics(kernel::Namespace& host, const std::string& sysfs, const config::Config& config,
                  std::ostream& out);

}  // namespace rxlease::deviceplugin::prepare
