// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "attachment/record/attachment_store.h"
#include "deviceplugin/xdp/af_xdp.h"
#include "deviceplugin/xdp/hand_off/limited_log.h"

namespace rxlease::deviceplugin::xdp {

// What the connections of all pods have in common. A thread that hangs for a pod shares it, and may come back
// when the daemon has ended everything else. Safe from any thread.
class Office {
 public:
  // `af_xdp` must live until close().
  Office(AfXdp& af_xdp, const std::string& state_directory) : af_xdp_(&af_xdp), store_(state_directory) {}

  const attachment::AttachmentStore& store() const { return store_; }
  LimitedLog& log() { return log_; }

  // As AfXdp::map(). KernelError ESHUTDOWN after close().
  kernel::Fd map(const kernel::DeviceId& device, std::uint32_t key);

  // Waits until nobody uses `af_xdp`; from then on nobody does.
  void close();

 private:
  std::mutex mutex_;
  AfXdp* af_xdp_;  // guarded by the mutex; null after close()
  attachment::AttachmentStore store_;
  LimitedLog log_;
};

}  // namespace rxlease::deviceplugin::xdp
