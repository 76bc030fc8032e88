// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "deviceplugin/ctl/findings.h"

namespace rxlease::deviceplugin::ctl {

// Where the device plugin mounts the folders of a container's queues.
inline constexpr const char* pod_directory = "/run/rxlease";

// The device ids that an environment ("NAME=VALUE" each) has from the device plugin.
std::vector<std::string> allocated_devices(const char* const* environment);

// What a container finds of its queues, and whether it may use them. Needs no privilege, and changes nothing.
// `allocated`: the device ids; `directory`: with a folder for each, whose lease.json tells of the lease.
Findings check_pod(const std::vector<std::string>& allocated, const std::string& directory);

}  // namespace rxlease::deviceplugin::ctl
