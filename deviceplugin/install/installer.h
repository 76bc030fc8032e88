// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "deviceplugin/config/config.h"
#include "deviceplugin/install/install_error.h"

namespace rxlease::deviceplugin::install {

// Puts the CNI plugin into `cniBinDirectory`: whole, in one step, also while the old one runs. Leaves a newer
// one alone, and refuses to replace a program that is not rxlease. Returns what it did, a sentence for
// people. InstallError, or KernelError.
std::string install_plugin(const config::Config& config, const std::string& plugin);

// The same for a network configuration list, into `cniConfDirectory`. One of that name that we did not
// install, or that was changed since, is refused. It makes the runtime use the plugin, which is to be there
// first.
std::string install_conflist(const config::Config& config, const std::string& conflist);

// Removes what these two installed, unless it was changed since; networks before the plugin. InstallError
// while records tell of pod interfaces: their DEL needs both. A sentence for each file.
std::vector<std::string> uninstall(const config::Config& config);

}  // namespace rxlease::deviceplugin::install
