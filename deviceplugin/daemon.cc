// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/daemon.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "deviceplugin/guard/predecessor.h"
#include "deviceplugin/kubelet/rpc/grpc_log.h"
#include "deviceplugin/operate/logging.h"
#include "deviceplugin/prepare/unprepared.h"
#include "kernel/files.h"
#include "kernel/process/termination.h"

namespace rxlease::deviceplugin {

namespace {

using namespace std::chrono_literals;

constexpr auto settling = 5ms;            // to wait for more notifications after the first
constexpr auto shortest_interval = 20ms;  // between two scans, however many notifications come
constexpr auto second_scan = 200ms;       // leases raise no notification, but usually follow their netkit's
constexpr auto unwatched_interval = 2s;   // between two scans while no directory can be watched
constexpr auto listen_interval = 10s;     // between two attempts to listen for probes

std::string pod_resources_socket(const config::Config& config) {
  return config.kubelet_directory + "/pod-resources/kubelet.sock";
}

void report(const config::LoadedConfig& loaded) {
  for (const auto& problem : loaded.problems) spdlog::error("{}; this pool is left out", problem.to_string());
}

config::Config load_first(config::ConfigFile& file) {
  auto loaded = file.load_if_changed();
  if (!loaded) throw std::logic_error("the configuration was loaded before");
  operate::set_up_logging(loaded->config.log);
  kubelet::log_what_grpc_says();
  report(*loaded);
  return std::move(loaded->config);
}

// Whether a bind mount shows a directory although it was removed: whoever made it anew, this process cannot
// see it.
bool is_removed_under_mount(const std::string& directory) {
  struct stat status {};
  return stat(directory.c_str(), &status) == 0 && status.st_nlink == 0;
}

std::set<kernel::DeviceId> devices_for_af_xdp(const std::vector<pools::PoolState>& pools) {
  std::set<kernel::DeviceId> devices;
  for (const auto& pool : pools) {
    if (pool.use != config::PoolUse::af_xdp) continue;
    for (const auto& device : pool.devices) devices.insert(device.id);
  }
  return devices;
}

}  // namespace

Daemon::Daemon(std::string file)
    : signals_(kernel::block_termination()),
      hangup_(kernel::block_hangup()),
      file_(std::move(file)),
      config_(load_first(file_)),
      host_(kernel::NetNs::current()),
      machine_([](const std::string& text) { spdlog::warn("{}", text); }),
      guard_(host_, config_.state_directory, metrics_.registry()),
      inventory_(host_, "/sys", config_.state_directory),
      pod_resources_(pod_resources_socket(config_)),
      af_xdp_(config_.bpf_directory),
      allocator_(config_.state_directory, metrics_.registry(),
                 [this](const kernel::DeviceId& device) { return af_xdp_.renew(device); }),
      kubelet_(config_.kubelet_directory, allocator_, metrics_.registry()),
      pod_devices_(pod_resources_socket(config_)),
      lender_(config_.state_directory, {.allocations = [this] { return pod_resources_.allocations(); },
                                        .take = [this](const auto& devices) { guard_.take(devices); }}),
      node_service_(
          [this](const proto::QueuesQuestion& question, const std::stop_token& stop) {
            return pod_devices_.of({question.pod_namespace, question.pod_name, question.resource},
                                   kubelet::PodDevices::usual_timeout, stop);
          },
          metrics_.registry(),
          {.take = [this](const auto& devices) { return guard_.take(devices); },
           .release = [this](const auto& nic, auto duration) { return guard_.release(nic, duration); },
           .netns_id = [this] { return guard_.netns_id(); }},
          {.add = [this](const auto& question, const auto& stop) { return lender_.add(question, stop); },
           .remove = [this](const auto& question,
                            const auto& stop) { return lender_.remove(question, stop); }}),
      reconciler_(host_, config_.state_directory, pod_resources_, metrics_.registry()),
      healer_(machine_, config_.state_directory,
              {.allocations = [this] { return pod_resources_.allocations(); },
               .take = [this](const auto& devices) { guard_.take(devices); },
               .is_to_stop = [this] { return kernel::is_pending(signals_); }},
              metrics_.registry()),
      napi_tuning_(host_, "/sys", config_.state_directory),
      irq_follower_(host_, "/sys", config_.state_directory, [this] { return pod_resources_.pinned_cpus(); }),
      preparation_(host_, "/sys", config_.persistent_directory, metrics_.registry()),
      bind_trials_(
          host_, config_.state_directory,
          [this](const auto& nic, auto queue) { return nic::probe_bind(host_, nic, queue); },
          [this](auto ifindex) { guard_.let_go_of(ifindex); }),
      probes_([this] { return metrics_.scrape(); }),
      probe_server_({config_.metrics.address, "metrics.address"}, probes_, metrics_.registry()),
      local_probe_server_({config_.state_directory + "/probes.sock", "the socket of the probes"}, probes_,
                          metrics_.registry()),
      reload_trouble_(metrics_.registry(), "reload", file_.path() + " can be used again"),
      scans_({metrics_.registry(), "scan", "the node can be scanned again"}),
      watches_(metrics_.registry()),
      links_(NETLINK_ROUTE, {RTNLGRP_LINK}),
      generic_(NETLINK_GENERIC, kernel::generic_groups(host_)) {
  const auto is_parked = [this](const kernel::Lease& lease) { return guard_.is_own(lease); };
  inventory_.recognize(is_parked);
  preparation_.heed({is_parked, [this](std::uint32_t ifindex) { guard_.let_go_of(ifindex); }});
}

void Daemon::run() {
  guard::await_end_of_predecessor(host_, "/sys");
  spdlog::info("rxlease-device-plugin runs with {}", file_.path());
  do {
    probes_.expect_round(Clock::now());
    reload_if_asked();
    reload();
    require_mounts();
    const bool listens = probe_server_.listen();
    scan_if_possible();
    const bool listens_locally = local_probe_server_.listen();  // in a directory that the scan has made
    if (news_) wake_within(second_scan);
    if (!listens || !listens_locally) wake_within(listen_interval);
  } while (wait());
  spdlog::info("ends as asked; leases, allocations and prepared NICs stay");
}

void Daemon::wake_within(Clock::duration time) {
  due_ = std::min(due_.value_or(Clock::time_point::max()), last_scan_ + time);
}

// The chart mounts these two, which others may remove.
void Daemon::require_mounts() const {
  for (const auto& directory : {kubelet_.directory(), config_.bpf_directory}) {
    if (!is_removed_under_mount(directory)) continue;
    throw StaleMount(
        "the directory " + directory +
        " was removed, and a bind mount still shows it; the daemon ends, so that its container is started "
        "with the directory that is there now");
  }
}

void Daemon::reload_if_asked() {
  if (!kernel::is_pending(hangup_)) return;
  spdlog::info("SIGHUP: {} is read, and what failed with NICs is tried again", file_.path());
  preparation_.forget_failures();
  bind_trials_.forget_failures();
}

// Until a scan that failed has succeeded kubelet keeps the last state.
void Daemon::scan_if_possible() {
  last_scan_ = Clock::now();
  due_.reset();
  const auto watch_and_scan = [this] {
    set_up();
    const bool watches = watches_.watch(
        {kernel::directory_of(file_.path()), config_.state_directory + "/attachments", kubelet_.directory()});
    scan();
    if (!watches) wake_within(unwatched_interval);
  };
  if (scans_.attempt(last_scan_, "could not scan the node, and retries: ", watch_and_scan)) return;
  due_ = scans_.again();
  if (scans_.has_succeeded()) register_pools();
}

void Daemon::register_pools() {
  kubelet_.connect();
  if (const auto again = kubelet_.due()) due_ = std::min(due_.value_or(*again), *again);
  probes_.scanned(kubelet_.is_registered());
}

// What others need of the state directory. It is on a tmpfs, and somebody may have cleared it.
void Daemon::set_up() {
  kernel::make_directory(config_.state_directory + "/attachments", 0700);
  kernel::make_directory(config_.state_directory + "/devices", 0755);
  if (!hand_off_) hand_off_.emplace(af_xdp_, config_.state_directory, metrics_.registry());
  if (node_ && !node_->is_there()) node_.reset();
  if (!node_) {
    lender_.undo_unfinished();
    node_.emplace(node_service_, config_.state_directory);
  }
}

void Daemon::scan() {
  lender_.begin_round();
  const auto allocated = [this] { return pod_resources_.allocated_devices(); };
  auto began = Clock::now();
  auto snapshot = inventory_.scan(config_, allocated);
  af_xdp_.withdraw(snapshot);  // a driver that has an XDP program refuses some of its settings
  preparation_.heed_refusals_of_xdp(af_xdp_.refused());
  auto [changed, unprepared] = preparation_.prepare(config_, snapshot);
  changed = reconciler_.reconcile(snapshot) || changed;
  if (config_.foreign_leases == config::ForeignLeases::reclaim) {
    changed = reconciler_.reclaim_foreign(snapshot) || changed;
  }
  if (changed) {
    began = Clock::now();
    snapshot = inventory_.scan(config_, allocated);
    // Somebody may have changed the channels of a NIC meanwhile, and with them the queues that a pool takes.
    unprepared.merge(prepare::unprepared(config_, snapshot, host_.generic()));
  }
  // Before pods are healed, which bind their queues and hand their sockets over at once.
  const auto refused_before = af_xdp_.refused();
  unprepared.merge(af_xdp_.serve(snapshot, host_.generic()));
  const bool newly_refused = af_xdp_.refused() != refused_before;
  auto without_socket = hand_off_->serve(devices_for_af_xdp(snapshot.pools));
  if (healer_.heal(config_, snapshot, unprepared)) {
    began = Clock::now();
    snapshot = inventory_.scan(config_, allocated);
  }
  snapshot.verdicts.merge(bind_trials_.apply(snapshot));  // before the guard parks the queues
  guard_.update(config_.guard, snapshot, began);
  auto& verdicts = snapshot.verdicts;
  verdicts.merge(std::move(unprepared));
  verdicts.merge(reconciler_.reclaimed());
  verdicts.merge(healer_.verdicts());
  verdicts.merge(napi_tuning_.apply(config_, snapshot));
  irq_follower_.apply(config_, snapshot);
  verdicts.merge(std::move(without_socket));
  verdicts.apply(snapshot.pools);
  pool_log_.tell(snapshot.pools);
  host_queue_log_.tell(snapshot.host_queues);
  kubelet_.publish(lender_.for_kubelet(snapshot));
  lender_.end_round(snapshot);
  due_ = preparation_.due();
  if (newly_refused) wake_within(second_scan);  // which prepares the NIC for the program
  for (const auto again : {reconciler_.due(), healer_.due(), guard_.due()}) {
    if (again) due_ = std::min(due_.value_or(*again), *again);
  }
  metrics_.update(std::move(snapshot));
  register_pools();
}

// A file that cannot be read or used changes nothing: the configuration in force stays.
void Daemon::reload() {
  try {
    if (auto loaded = file_.load_if_changed()) apply(*std::move(loaded));
    reload_trouble_.is_over();
  } catch (const config::ConfigError& error) {
    reload_trouble_.lasts(std::string(error.what()) + "; the configuration before the change stays in force");
  }
}

void Daemon::apply(config::LoadedConfig loaded) {
  operate::set_up_logging(loaded.config.log);
  report(loaded);
  for (const auto& key : config::keys_that_need_a_restart(config_, loaded.config)) {
    spdlog::warn("{}: the value before the change stays in force until the daemon is restarted", key);
  }
  config_ = config::without_what_needs_a_restart(config_, std::move(loaded.config));
  preparation_.forget_failures();
  bind_trials_.forget_failures();
  spdlog::info("{} was changed, and applies now", file_.path());
}

bool Daemon::wait() {
  auto deadline = last_scan_ + config_.rescan;
  if (due_) deadline = std::min(deadline, *due_);
  probes_.expect_round(deadline);
  std::array<pollfd, 8> fds{pollfd{signals_.get(), POLLIN, 0}, pollfd{hangup_.get(), POLLIN, 0},
                            pollfd{links_.fd(), POLLIN, 0},    pollfd{generic_.fd(), POLLIN, 0},
                            pollfd{watches_.fd(), POLLIN, 0},  pollfd{kubelet_.fd(), POLLIN, 0},
                            pollfd{guard_.fd(), POLLIN, 0},    pollfd{lender_.fd(), POLLIN, 0}};
  for (news_ = false;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const int ready = poll(fds.data(), fds.size(), static_cast<int>(std::max<long>(left, 0)));
    if (ready == 0) return true;
    if (fds[0].revents != 0) return false;
    if (fds[1].revents != 0) return true;
    links_.drain();
    generic_.drain();
    watches_.drain();
    kubelet_.drain();
    guard_.drain();
    lender_.drain();
    if (!news_) {
      news_ = true;
      deadline = std::min(deadline, std::max(Clock::now() + settling, last_scan_ + shortest_interval));
    }
  }
}

}  // namespace rxlease::deviceplugin
