// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "kernel/device_id.h"

namespace rxlease::deviceplugin::prepare {

// A file that says how queues were before the daemon changed them: a JSON object with a member for each
// queue, named by its device id. It outlives the daemon, so that the next one can set back what this one
// changed.

// Calls `visit` with each queue and its member. False: the file is damaged, or `visit` threw json::exception.
// Without the file there is no queue.
bool read_queue_records(const std::string& path,
                        const std::function<void(const kernel::DeviceId&, const nlohmann::json&)>& visit);

// Replaces the file. KernelError: it cannot be written.
void write_queue_records(const std::string& path, const nlohmann::json& records);

}  // namespace rxlease::deviceplugin::prepare
