// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernel/device_id.h"

namespace rxlease::cni {

// Reads the device ids that one attachment is to lease, in their order. `field` names the list in errors
// ("devices"). Error 7 unless each is a device id of ours, none comes twice, all are of one NIC (a netkit
// leases from one) and there are at most 1023 (a netkit has 1024 rx queues, the first of which is its own).
std::vector<kernel::DeviceId> read_device_list(const std::vector<std::string>& ids, const std::string& field);

}  // namespace rxlease::cni
