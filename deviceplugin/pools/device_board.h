// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "deviceplugin/pools/device_state.h"

namespace rxlease::deviceplugin::pools {

// The latest state of one pool, written by the daemon's loop and read by whatever serves kubelet. Safe from
// any thread.
class DeviceBoard {
 public:
  explicit DeviceBoard(PoolState state) : state_(std::move(state)) {}

  // Replaces the state; tells the listeners when that changed something.
  void publish(PoolState state);

  PoolState read() const;

  // Calls `listener` after each change, from the publishing thread, until the id is given back to
  // unsubscribe(), which waits for a call under way.
  int subscribe(std::function<void()> listener);
  void unsubscribe(int id);

 private:
  mutable std::mutex mutex_;  // state_
  PoolState state_;
  std::mutex listeners_mutex_;  // held while listeners run
  std::map<int, std::function<void()>> listeners_;
  int next_id_ = 0;
};

}  // namespace rxlease::deviceplugin::pools
