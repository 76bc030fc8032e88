// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "deviceplugin/allocate/allocator.h"
#include "deviceplugin/config/config.h"
#include "deviceplugin/kubelet/kubelet_link.h"
#include "deviceplugin/kubelet/pod_devices.h"
#include "deviceplugin/node/node_server.h"
#include "deviceplugin/operate/http_server.h"
#include "deviceplugin/operate/metrics.h"
#include "deviceplugin/operate/probes.h"
#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/prepare/napi_tuning.h"
#include "deviceplugin/prepare/preparation.h"
#include "deviceplugin/reconcile/reconciler.h"
#include "deviceplugin/xdp/af_xdp.h"
#include "deviceplugin/xdp/hand_off.h"
#include "kernel/netlink/notifications.h"
#include "kernel/watches.h"

namespace rxlease::deviceplugin {

// The node daemon. One thread sleeps until the kernel, a file or a signal announces a change, waits a moment
// for more, then scans the node and tells kubelet what is different. Otherwise only the slow timer wakes it.
class Daemon {
 public:
  // `file`: the configuration, reloaded when it changes; ConfigError: it is unusable at the start. Changes of
  // directories and of the metrics address need a restart.
  explicit Daemon(std::string file);

  // Runs until SIGTERM or SIGINT. Allocations, leases and prepared NICs stay. SIGHUP: reads the configuration
  // and retries what failed. std::runtime_error: kubelet's directory was removed under a bind mount.
  void run();

 private:
  using Clock = std::chrono::steady_clock;

  bool wait();  // false: SIGTERM or SIGINT
  void scan_if_possible();
  void scan();
  void register_pools();
  void reload();
  std::optional<std::string> read_configuration();
  void reload_if_asked();
  void watch_directories();
  void require_kubelets_directory() const;

  kernel::Fd signals_;  // first, since they stay blocked in threads that start after it only
  kernel::Fd hangup_;
  std::string file_;
  std::string text_;        // of the configuration in force
  std::string unreadable_;  // why the file cannot be read by now, as it was logged
  config::Config config_;
  kernel::LinuxNamespace host_;
  operate::Metrics metrics_;  // before whoever counts in it
  pools::Inventory inventory_;
  kubelet::PodResources pod_resources_;
  xdp::AfXdp af_xdp_;
  allocate::Allocator allocator_;
  kubelet::KubeletLink kubelet_;
  kubelet::PodDevices pod_devices_;
  node::NodeService node_service_;
  reconcile::Reconciler reconciler_;
  prepare::NapiTuning napi_tuning_;
  prepare::Preparation preparation_;
  operate::Probes probes_;
  kernel::Notifications links_;
  kernel::Notifications generic_;
  kernel::Watches watches_;
  std::vector<pools::PoolState> told_;  // as logged last
  Clock::time_point last_scan_;
  std::string failure_;                   // why the last scan failed, as logged; empty: it did not
  kubelet::BackOff pause_;                // before the next one then
  bool news_ = false;                     // why wait() returned: a notification, not the timer
  std::optional<Clock::time_point> due_;  // when a component needs the next scan
  std::optional<xdp::HandOff> hand_off_;
  std::optional<node::NodeServer> node_;
  std::optional<operate::HttpServer> http_;  // last: its threads use the rest
};

}  // namespace rxlease::deviceplugin
