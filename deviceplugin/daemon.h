// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/kubelet/kubelet_link.h"
#include "deviceplugin/operate/http_server.h"
#include "deviceplugin/operate/metrics.h"
#include "deviceplugin/operate/probes.h"
#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/prepare/napi_tuning.h"
#include "deviceplugin/prepare/preparation.h"
#include "deviceplugin/reconcile/reconciler.h"
#include "deviceplugin/xdp/af_xdp.h"
#include "deviceplugin/xdp/hand_off.h"
#include "kernel/notifications.h"
#include "kernel/watches.h"

namespace rxlease::deviceplugin {

// The node daemon. One thread sleeps until a notification of the kernel, a change of a file, a signal or the
// slow timer. It waits a moment for further changes, then scans everything and tells kubelet what is
// different.
class Daemon {
 public:
  // `file`: the configuration; it is read again after a change. ConfigError if it cannot be used at the
  // start. New directories and a new metrics address take effect after a restart only.
  explicit Daemon(std::string file);

  // Runs until SIGTERM or SIGINT. Allocations, leases and prepared NICs stay as they are.
  void run();

 private:
  using Clock = std::chrono::steady_clock;

  bool wait();  // false: asked to end
  void look_if_possible();
  void look();
  void reload();
  void watch_directories();

  std::string file_;
  std::string text_;  // of the configuration in force
  config::Config config_;
  kernel::LinuxNamespace host_;
  pools::Inventory inventory_;
  xdp::AfXdp af_xdp_;
  kubelet::KubeletLink kubelet_;
  reconcile::Reconciler reconciler_;
  prepare::NapiTuning napi_tuning_;
  prepare::Preparation preparation_;
  operate::Metrics metrics_;
  operate::Probes probes_;
  kernel::Notifications links_;
  kernel::Notifications generic_;
  kernel::Watches watches_;
  kernel::Fd signals_;
  std::vector<pools::PoolState> told_;  // what was logged last
  Clock::time_point last_look_;
  bool news_ = false;                     // why wait() returned: something changed, rather than time passed
  std::optional<Clock::time_point> due_;  // of the next look, where something asks for one
  std::optional<xdp::HandOff> hand_off_;
  std::optional<operate::HttpServer> http_;  // last: its threads use the rest
};

}  // namespace rxlease::deviceplugin
