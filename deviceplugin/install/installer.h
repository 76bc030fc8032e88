// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "deviceplugin/config/config.h"
#include "deviceplugin/install/install_error.h"

namespace rxlease::deviceplugin::install {

// Installs the CNI plugin in `cniBinDirectory` in one step, also while the old one runs. A newer one stays;
// a program that is not rxlease is not replaced. Returns a sentence that says what was done. InstallError,
// also where the kernel refuses, with the key of the directory; then there is no partial file.
std::string install_plugin(const config::Config& config, const std::string& plugin);

// The same for a network configuration list in `cniConfDirectory`. A file of that name that rxlease did not
// install, or that was changed since, is not replaced. The list makes the runtime use the plugin, so install
// that first.
std::string install_conflist(const config::Config& config, const std::string& conflist);

// The same for the daemon's seccomp profile, as seccomp/rxlease-device-plugin.json in `kubeletDirectory`,
// where kubelet looks for the profiles that pods name.
std::string install_seccomp(const config::Config& config, const std::string& profile);

// The same for the profile of pods that use io_uring, as seccomp/rxlease.json. One that somebody else has put
// there stays: pods may rely on it, and the daemon does not.
std::string install_pod_seccomp(const config::Config& config, const std::string& profile);

// Removes the files that these have installed, networks before the rest; a file that was changed since
// stays. Returns a sentence for each. InstallError while there are records of pod interfaces: their DEL needs
// the plugin and the network.
std::vector<std::string> uninstall(const config::Config& config);

}  // namespace rxlease::deviceplugin::install
