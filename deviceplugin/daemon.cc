// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/daemon.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "deviceplugin/config/load.h"
#include "deviceplugin/operate/logging.h"
#include "kernel/error.h"
#include "kernel/files.h"
#include "kernel/termination.h"

namespace rxlease::deviceplugin {

namespace {

using namespace std::chrono_literals;

constexpr auto settling = 5ms;            // to wait for more notifications after the first
constexpr auto shortest_interval = 20ms;  // between two scans, however many notifications come
constexpr auto second_scan = 200ms;       // leases raise no notification, but usually follow their netkit's

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

std::string pod_resources_socket(const config::Config& config) {
  return config.kubelet_directory + "/pod-resources/kubelet.sock";
}

void report(const config::LoadedConfig& loaded) {
  for (const auto& problem : loaded.problems) spdlog::error("{}; this pool is left out", problem.to_string());
}

config::LoadedConfig load_and_report(const std::string& file) {
  auto loaded = config::load_config(file);
  operate::set_up_logging(loaded.config.log);
  report(loaded);
  return loaded;
}

std::set<kernel::DeviceId> devices_for_af_xdp(const std::vector<pools::PoolState>& pools) {
  std::set<kernel::DeviceId> devices;
  for (const auto& pool : pools) {
    if (pool.use != config::PoolUse::af_xdp) continue;
    for (const auto& device : pool.devices) devices.insert(device.id);
  }
  return devices;
}

// Every change that an operator wants to know.
void log_changes(const std::vector<pools::PoolState>& before, const std::vector<pools::PoolState>& after) {
  for (const auto& pool : after) {
    const auto old = std::ranges::find(before, pool.name, &pools::PoolState::name);
    if (old == before.end() || old->problems != pool.problems) {
      for (const auto& problem : pool.problems) spdlog::warn("pool {}: {}", pool.name, problem);
    }
    for (const auto& device : pool.devices) {
      const auto* was = old == before.end() ? nullptr : old->find(device.id);
      if (was != nullptr && was->healthy == device.healthy && was->reason == device.reason) continue;
      if (device.healthy) {
        spdlog::info("pool {}: {} is healthy", pool.name, device.id.to_string());
      } else {
        spdlog::warn("pool {}: {} is unhealthy: {}", pool.name, device.id.to_string(), device.reason);
      }
    }
  }
}

}  // namespace

Daemon::Daemon(std::string file)
    : signals_(kernel::block_termination()),
      hangup_(kernel::block_hangup()),
      file_(std::move(file)),
      text_(kernel::read_usable_file(file_).value_or("")),
      config_(load_and_report(file_).config),
      host_(kernel::NetNs::current()),
      inventory_(host_, "/sys", config_.state_directory),
      pod_resources_(config_.kubelet_directory + "/pod-resources/kubelet.sock"),
      af_xdp_(config_.bpf_directory),
      allocator_(config_.state_directory, metrics_.registry(),
                 [this](const kernel::DeviceId& device) { return af_xdp_.renew(device); }),
      kubelet_(config_.kubelet_directory, allocator_, metrics_.registry()),
      pod_devices_(pod_resources_socket(config_)),
      node_service_(
          [this](const proto::QueuesQuestion& question) {
            return pod_devices_.of({question.pod_namespace, question.pod_name, question.resource});
          },
          metrics_.registry()),
      reconciler_(host_, config_.state_directory, kubelet::PodResources(pod_resources_socket(config_)),
                  metrics_.registry()),
      napi_tuning_(host_, config_.state_directory),
      preparation_(host_, "/sys", config_.persistent_directory, metrics_.registry()),
      probes_([this] { return metrics_.scrape(); }),
      links_(NETLINK_ROUTE, {RTNLGRP_LINK}),
      generic_(NETLINK_GENERIC, kernel::generic_groups(host_)) {
  kernel::make_directory(config_.state_directory + "/attachments", 0700);
  kernel::make_directory(config_.state_directory + "/devices", 0755);
  hand_off_.emplace(af_xdp_, config_.state_directory);
  node_.emplace(node_service_, config_.state_directory);
  if (!config_.metrics.address.empty()) {
    http_.emplace(config_.metrics.address, [this](const std::string& path) { return probes_.answer(path); });
  }
}

void Daemon::run() {
  spdlog::info("rxlease-device-plugin runs with {}", file_);
  do {
    reload_if_asked();
    reload();
    watch_directories();
    require_kubelets_directory();
    scan_if_possible();
    if (news_) due_ = std::min(due_.value_or(Clock::time_point::max()), last_scan_ + second_scan);
  } while (wait());
  spdlog::info("ends as asked; leases, allocations and prepared NICs stay");
}

void Daemon::watch_directories() {
  watches_.watch(directory_of(file_));
  watches_.watch(config_.state_directory + "/attachments");
  // Until kubelet makes its directory, the lowest one above it that is there.
  for (auto path = kubelet_.directory(); !watches_.watch(path) && path != "/";) path = directory_of(path);
}

// What a container's bind mount shows of a removed directory stays empty, whoever makes it anew on the host.
void Daemon::require_kubelets_directory() const {
  if (!kubelet_.is_directory_removed()) return;
  throw std::runtime_error("the directory " + kubelet_.directory() +
                           " was removed, and a bind mount still shows it; the daemon ends, so that its "
                           "container is started with the directory that is there now");
}

void Daemon::reload_if_asked() {
  if (!kernel::is_pending(hangup_)) return;
  spdlog::info("SIGHUP: {} is read, and NICs whose preparation failed are tried again", file_);
  preparation_.forget_failures();
}

// Whatever failed is retried, after a growing pause. Until then kubelet keeps the last state.
void Daemon::scan_if_possible() {
  try {
    scan();
    if (!failure_.empty()) spdlog::info("the node could be scanned again");
    failure_.clear();
    pause_.forget();
  } catch (const std::exception& error) {
    if (failure_ != error.what()) spdlog::error("could not scan the node, and retries: {}", error.what());
    failure_ = error.what();
    pause_.failed(last_scan_);
    due_ = pause_.again();
    if (!told_.empty()) register_pools();
  }
}

void Daemon::register_pools() {
  kubelet_.connect();
  if (const auto again = kubelet_.due()) due_ = std::min(due_.value_or(*again), *again);
  probes_.scanned(kubelet_.is_registered());
}

void Daemon::scan() {
  last_scan_ = Clock::now();
  due_.reset();
  const auto allocated = [this] { return pod_resources_.allocated_devices(); };
  auto snapshot = inventory_.scan(config_, allocated);
  auto [changed, unprepared] = preparation_.prepare(config_, snapshot);
  changed = reconciler_.reconcile(snapshot) || changed;
  if (config_.foreign_leases == config::ForeignLeases::reclaim) {
    changed = reconciler_.reclaim_foreign(snapshot) || changed;
  }
  if (changed) snapshot = inventory_.scan(config_, allocated);
  auto& verdicts = snapshot.verdicts;
  verdicts.merge(std::move(unprepared));
  verdicts.merge(af_xdp_.serve(snapshot));
  verdicts.merge(napi_tuning_.apply(config_, snapshot));
  verdicts.merge(hand_off_->serve(devices_for_af_xdp(snapshot.pools)));
  verdicts.apply(snapshot.pools);
  log_changes(told_, snapshot.pools);
  told_ = snapshot.pools;
  kubelet_.publish(snapshot.pools);
  due_ = preparation_.due();
  if (const auto again = reconciler_.due()) due_ = std::min(due_.value_or(*again), *again);
  metrics_.update(std::move(snapshot));
  register_pools();
}

// The file's text. What cannot be read is said once.
std::optional<std::string> Daemon::read_configuration() {
  try {
    auto text = kernel::read_file(file_);
    unreadable_.clear();
    return text;
  } catch (const kernel::FileError& error) {
    if (unreadable_ == error.what()) return std::nullopt;
    unreadable_ = error.what();
    spdlog::error("{}; the configuration before the change stays in force", unreadable_);
    return std::nullopt;
  }
}

// An unusable file changes nothing: the configuration in force stays.
void Daemon::reload() {
  const auto text = read_configuration();
  if (!text || *text == text_) return;
  text_ = *text;
  try {
    auto loaded = config::parse_config(*text, file_);
    report(loaded);
    operate::set_up_logging(loaded.config.log);
    loaded.config.state_directory = config_.state_directory;
    loaded.config.kubelet_directory = config_.kubelet_directory;
    loaded.config.bpf_directory = config_.bpf_directory;
    loaded.config.persistent_directory = config_.persistent_directory;
    config_ = std::move(loaded.config);
    preparation_.forget_failures();
    spdlog::info("{} was changed, and applies now", file_);
  } catch (const config::ConfigError& error) {
    spdlog::error("{}; the configuration before the change stays in force", error.what());
  }
}

bool Daemon::wait() {
  auto deadline = last_scan_ + config_.rescan;
  if (due_) deadline = std::min(deadline, *due_);
  std::array<pollfd, 6> fds{pollfd{signals_.get(), POLLIN, 0}, pollfd{hangup_.get(), POLLIN, 0},
                            pollfd{links_.fd(), POLLIN, 0},    pollfd{generic_.fd(), POLLIN, 0},
                            pollfd{watches_.fd(), POLLIN, 0},  pollfd{kubelet_.fd(), POLLIN, 0}};
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
    if (!news_) {
      news_ = true;
      deadline = std::min(deadline, std::max(Clock::now() + settling, last_scan_ + shortest_interval));
    }
  }
}

}  // namespace rxlease::deviceplugin
