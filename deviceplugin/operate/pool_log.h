// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "deviceplugin/pools/device_state.h"

namespace rxlease::deviceplugin::operate {

// The log's lines about pools and their queues: every change that an operator wants to know. A change of many
// queues for one reason is one line: "pool rxq: 0000:0a:00.0.p0-rx[1-63] is unhealthy: its NIC is down".
class PoolLog {
 public:
  // Logs what differs from the last call.
  void tell(const std::vector<pools::PoolState>& pools);

 private:
  std::vector<pools::PoolState> told_;
};

}  // namespace rxlease::deviceplugin::operate
