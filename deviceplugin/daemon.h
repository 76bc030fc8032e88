// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

#include "attachment/site/machine.h"
#include "deviceplugin/allocate/allocator.h"
#include "deviceplugin/config/config_file.h"
#include "deviceplugin/guard/guard.h"
#include "deviceplugin/heal/healer.h"
#include "deviceplugin/kubelet/kubelet_link.h"
#include "deviceplugin/kubelet/pod_devices.h"
#include "deviceplugin/lend/lender.h"
#include "deviceplugin/node/node_server.h"
#include "deviceplugin/operate/attempts.h"
#include "deviceplugin/operate/host_queue_log.h"
#include "deviceplugin/operate/metrics.h"
#include "deviceplugin/operate/pool_log.h"
#include "deviceplugin/operate/probe_server.h"
#include "deviceplugin/operate/probes.h"
#include "deviceplugin/operate/trouble.h"
#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/prepare/bind_trials.h"
#include "deviceplugin/prepare/irq_follower.h"
#include "deviceplugin/prepare/napi_tuning.h"
#include "deviceplugin/prepare/preparation.h"
#include "deviceplugin/reconcile/reconciler.h"
#include "deviceplugin/watched_directories.h"
#include "deviceplugin/xdp/af_xdp.h"
#include "deviceplugin/xdp/hand_off/hand_off.h"
#include "kernel/netlink/notifications.h"

namespace rxlease::deviceplugin {

// A directory of the host was removed, and a container's bind mount still shows it: only a new container sees
// the one that is there now.
class StaleMount : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The node daemon. One thread sleeps until the kernel, a file or a signal announces a change, waits a moment
// for more, then scans the node and tells kubelet what is different. Otherwise only the slow timer wakes it.
class Daemon {
 public:
  // `file`: the configuration, reloaded when it changes; ConfigError: it is unusable at the start. Changes of
  // directories and of the metrics address need a restart. Whatever else fails is retried until it succeeds.
  explicit Daemon(std::string file);

  // Runs until SIGTERM or SIGINT. Allocations, leases and prepared NICs stay. SIGHUP: reads the configuration
  // and retries what failed. StaleMount: see there.
  void run();

 private:
  using Clock = std::chrono::steady_clock;

  bool wait();  // false: SIGTERM or SIGINT
  void scan_if_possible();
  void scan();
  void set_up();
  void register_pools();
  void reload_if_asked();
  void reload();
  void apply(config::LoadedConfig loaded);
  void wake_within(Clock::duration time);  // of the last scan
  void require_mounts() const;

  kernel::Fd signals_;  // first, since they stay blocked in threads that start after it only
  kernel::Fd hangup_;
  config::ConfigFile file_;
  config::Config config_;  // in force
  kernel::LinuxNamespace host_;
  attachment::LinuxMachine machine_;
  operate::Metrics metrics_;  // before whoever counts in it
  guard::Guard guard_;        // before whoever asks it
  pools::Inventory inventory_;
  kubelet::PodResources pod_resources_;
  xdp::AfXdp af_xdp_;
  allocate::Allocator allocator_;
  kubelet::KubeletLink kubelet_;
  kubelet::PodDevices pod_devices_;
  lend::Lender lender_;
  node::NodeService node_service_;
  reconcile::Reconciler reconciler_;
  heal::Healer healer_;
  prepare::NapiTuning napi_tuning_;
  prepare::IrqFollower irq_follower_;
  prepare::Preparation preparation_;
  prepare::BindTrials bind_trials_;
  operate::Probes probes_;
  operate::ProbeServer probe_server_;
  operate::ProbeServer local_probe_server_;  // for `rxlease-device-plugin probe`, whoever has the port
  operate::PoolLog pool_log_;
  operate::HostQueueLog host_queue_log_;
  operate::Trouble reload_trouble_;
  operate::Attempts scans_;
  WatchedDirectories watches_;
  kernel::Notifications links_;
  kernel::Notifications generic_;
  Clock::time_point last_scan_;
  bool news_ = false;                     // why wait() returned: a notification, not the timer
  std::optional<Clock::time_point> due_;  // when a component needs the next scan
  std::optional<xdp::HandOff> hand_off_;  // last, with the next: their threads use the rest
  std::optional<node::NodeServer> node_;
};

}  // namespace rxlease::deviceplugin
