// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "deviceplugin/allocate/allocator.h"
#include "deviceplugin/config/config_file.h"
#include "deviceplugin/kubelet/kubelet_link.h"
#include "deviceplugin/operate/metrics.h"
#include "deviceplugin/operate/pool_log.h"
#include "deviceplugin/operate/probe_server.h"
#include "deviceplugin/operate/probes.h"
#include "deviceplugin/operate/trouble.h"
#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/prepare/napi_tuning.h"
#include "deviceplugin/prepare/preparation.h"
#include "deviceplugin/reconcile/reconciler.h"
#include "deviceplugin/watched_directories.h"
#include "deviceplugin/xdp/af_xdp.h"
#include "deviceplugin/xdp/hand_off.h"
#include "kernel/netlink/notifications.h"

namespace rxlease::deviceplugin {

// The node daemon. One thread sleeps until the kernel, a file or a signal announces a change, waits a moment
// for more, then scans the node and tells kubelet what is different. Otherwise only the slow timer wakes it.
class Daemon {
 public:
  // `file`: the configuration, reloaded when it changes; ConfigError: it is unusable at the start. Changes of
  // directories and of the metrics address need a restart. Whatever else fails is retried until it succeeds.
  explicit Daemon(std::string file);

  // Runs until SIGTERM or SIGINT. Allocations, leases and prepared NICs stay.
  void run();

 private:
  using Clock = std::chrono::steady_clock;

  bool wait();  // false: SIGTERM or SIGINT
  void scan_if_possible();
  void scan();
  void set_up();
  void reload();
  void apply(config::LoadedConfig loaded);
  void wake_within(Clock::duration time);  // of the last scan

  config::ConfigFile file_;
  config::Config config_;  // in force
  kernel::LinuxNamespace host_;
  operate::Metrics metrics_;  // before whoever counts in it
  pools::Inventory inventory_;
  xdp::AfXdp af_xdp_;
  allocate::Allocator allocator_;
  kubelet::KubeletLink kubelet_;
  reconcile::Reconciler reconciler_;
  prepare::NapiTuning napi_tuning_;
  prepare::Preparation preparation_;
  operate::Probes probes_;
  operate::ProbeServer probe_server_;
  operate::ProbeServer local_probe_server_;  // for `rxlease-device-plugin probe`, whoever has the port
  operate::PoolLog pool_log_;
  operate::Trouble reload_trouble_;
  operate::Trouble scan_trouble_;
  WatchedDirectories watches_;
  kernel::Notifications links_;
  kernel::Notifications generic_;
  kernel::Fd signals_;
  Clock::time_point last_scan_;
  bool news_ = false;                     // why wait() returned: a notification, not the timer
  std::optional<Clock::time_point> due_;  // when a component needs the next scan
  std::optional<xdp::HandOff> hand_off_;  // last: its thread uses the rest
};

}  // namespace rxlease::deviceplugin
