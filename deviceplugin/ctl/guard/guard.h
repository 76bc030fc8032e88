// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "deviceplugin/nic/nic_state.h"

namespace rxlease::deviceplugin::ctl {

constexpr std::chrono::seconds usual_release{60};

// Asks the daemon to let go of the queues of a NIC, by its interface's name or its name in device ids, and to
// park none of them for a while; 0 ends such a while. Returns what was done, as a sentence, when the queues
// are free. std::runtime_error, with a remedy: there is no such NIC, or the daemon does not answer.
std::string release_nic(const std::string& state_directory, const std::string& name,
                        std::chrono::seconds duration);

// Which leases are the daemon's guard's, as the daemon tells now. Without a daemon, or an answer: none.
nic::IsParked leases_of_guard(const std::string& state_directory);

}  // namespace rxlease::deviceplugin::ctl
