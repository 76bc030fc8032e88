// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/device_board.h"

namespace rxlease::deviceplugin::pools {

void DeviceBoard::publish(PoolState state) {
  {
    const std::scoped_lock lock(mutex_);
    if (state_ == state) return;
    state_ = std::move(state);
  }
  const std::scoped_lock lock(listeners_mutex_);
  for (const auto& [id, listener] : listeners_) listener();
}

PoolState DeviceBoard::read() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

int DeviceBoard::subscribe(std::function<void()> listener) {
  const std::scoped_lock lock(listeners_mutex_);
  listeners_.emplace(next_id_, std::move(listener));
  return next_id_++;
}

void DeviceBoard::unsubscribe(int id) {
  const std::scoped_lock lock(listeners_mutex_);
  listeners_.erase(id);
}

}  // namespace rxlease::deviceplugin::pools
