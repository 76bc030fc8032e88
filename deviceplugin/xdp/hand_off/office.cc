// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/hand_off/office.h"

#include <cerrno>

#include "kernel/error.h"

namespace rxlease::deviceplugin::xdp {

kernel::Fd Office::map(const kernel::DeviceId& device, std::uint32_t key) {
  const std::scoped_lock lock(mutex_);
  if (af_xdp_ == nullptr) throw kernel::KernelError("map of " + device.to_string(), ESHUTDOWN);
  return af_xdp_->map(device, key);
}

void Office::close() {
  const std::scoped_lock lock(mutex_);
  af_xdp_ = nullptr;
}

}  // namespace rxlease::deviceplugin::xdp
