// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "deviceplugin/pools/device_state.h"

namespace rxlease::deviceplugin::operate {

// The log's lines about queues that no pool has: "0000:0a:00.0.p0-rx2, a queue of the host's, is leased by
// …", for a foreign lease, and a line when it is over.
class HostQueueLog {
 public:
  // Logs what differs from the last call.
  void tell(const std::vector<pools::DeviceState>& queues);

 private:
  std::map<kernel::DeviceId, std::string> told_;  // foreign leases, as logged
};

}  // namespace rxlease::deviceplugin::operate
