// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "deviceplugin/kubelet/back_off.h"
#include "deviceplugin/kubelet/metrics.h"
#include "deviceplugin/kubelet/pool_service.h"
#include "deviceplugin/kubelet/registration.h"
#include "deviceplugin/kubelet/rpc/endpoint.h"
#include "deviceplugin/pools/device_board.h"
#include "kernel/process/event.h"

namespace rxlease::deviceplugin::kubelet {

// The daemon's link to kubelet: an endpoint for each pool in kubelet's device-plugins directory, registered
// with the kubelet that listens there. Compares what is with what should be, so missed events do not matter.
// Never waits for kubelet.
class KubeletLink {
 public:
  using Clock = std::chrono::steady_clock;

  // `kubelet_directory`: /var/lib/kubelet. `allocator`: answers Allocate; must outlive the object.
  KubeletLink(std::string kubelet_directory, allocate::Allocator& allocator, prometheus::Registry& registry);
  KubeletLink(const KubeletLink&) = delete;
  KubeletLink& operator=(const KubeletLink&) = delete;

  // Publishes the pools' states. New pools get an endpoint, missing pools lose theirs, and streams send
  // changes.
  void publish(std::vector<pools::PoolState> pools);

  // Serves the pools that have no endpoint, and registers, all at once, those that kubelet does not know:
  // after kubelet has started, a socket was deleted, or kubelet has ended a pool's stream. REQUIRES: a call
  // when fd() is readable, at due(), and when kubelet's directory changes.
  void connect();
  int fd() const { return news_.fd(); }  // readable when a registration or a stream has ended
  void drain() const;
  std::optional<Clock::time_point> due() const { return due_; }  // when connect() has something to retry

  const std::string& directory() const { return directory_; }  // the device-plugins directory
  bool is_registered() const;   // every pool, with the kubelet that is there now
  bool is_registering() const;  // a registration runs

 private:
  struct Pool {
    Pool(const pools::PoolState& state, std::string path, std::function<void()> wake)
        : resource(state.resource), socket(std::move(path)), board(state), streams(std::move(wake)) {}
    std::string resource;
    std::string socket;  // the path of its endpoint, beside kubelet's own
    pools::DeviceBoard board;
    Streams streams;
    std::unique_ptr<PoolService> service;
    std::unique_ptr<Endpoint> endpoint;           // after the service: it goes first
    std::optional<FileIdentity> tried_with;       // the kubelet.sock of the last registration
    std::optional<FileIdentity> registered_with;  // the kubelet.sock that knows this endpoint
    std::uint64_t streams_before = 0;             // those that had begun before the last registration
    Clock::time_point registered_at;
    BackOff back_off;
    std::string told;                            // why the last attempt failed, as logged
    std::unique_ptr<Registration> registration;  // one that runs
  };
  struct News;

  void forget_failures();
  bool serve(Pool& pool);
  void postpone(Pool& pool, const std::string& failure);
  void finish_registration(Pool& pool, News& news);
  void begin_registration(Pool& pool, const FileIdentity& kubelet);
  void check_stream(Pool& pool, News& news);
  bool is_news(const std::string& failure) const;
  static void log(const News& news);
  void wake() const;
  void wake_at(Clock::time_point time);

  std::string kubelet_directory_;
  std::string directory_;
  std::string kubelet_socket_;
  allocate::Allocator& allocator_;
  RegistrationMetrics metrics_;
  kernel::Event news_;
  std::optional<FileIdentity> kubelet_;  // the last kubelet.sock that was there
  std::optional<Clock::time_point> due_;
  std::map<std::string, std::unique_ptr<Pool>> pools_;  // last: their threads use the rest
};

}  // namespace rxlease::deviceplugin::kubelet
