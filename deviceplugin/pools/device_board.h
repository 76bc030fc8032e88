// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "deviceplugin/pools/device_state.h"

namespace rxlease::deviceplugin::pools {

// The latest state of one pool. The daemon's loop writes it, and whatever serves kubelet reads it. Safe from
// any thread.
class DeviceBoard {
 public:
  explicit DeviceBoard(PoolState state) : state_(std::move(state)) {}

  // Replaces the state, and calls the listeners if the new one differs.
  void publish(PoolState state);

  PoolState read() const;

  // Calls `listener` after each change, from the publishing thread, until unsubscribe(id), which waits for a
  // running call to end.
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
