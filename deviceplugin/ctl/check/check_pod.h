// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "deviceplugin/ctl/check/findings.h"

namespace rxlease::deviceplugin::ctl {

// The directory in a container with the folders of its queues, which the device plugin mounts.
inline constexpr const char* pod_directory = "/run/rxlease";

// The device ids that the device plugin has set in an environment ("NAME=VALUE" each).
std::vector<std::string> allocated_devices(const char* const* environment);

// Checks which queues a container has and whether it may use them. Needs no privilege and changes nothing.
// `allocated`: the device ids; `directory`: has a folder with a lease.json for each.
Findings check_pod(const std::vector<std::string>& allocated, const std::string& directory);

}  // namespace rxlease::deviceplugin::ctl
