// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "deviceplugin/kubelet/endpoint.h"
#include "deviceplugin/kubelet/metrics.h"
#include "deviceplugin/kubelet/pool_service.h"
#include "deviceplugin/pools/device_board.h"

namespace rxlease::deviceplugin::kubelet {

// The daemon's link to kubelet: an endpoint for each pool in kubelet's device-plugins directory, registered
// with the kubelet that listens there. Compares what is with what should be, so missed events do not matter.
class KubeletLink {
 public:
  // `kubelet_directory`: /var/lib/kubelet. `allocator`: answers Allocate; must outlive the object.
  KubeletLink(std::string kubelet_directory, allocate::Allocator& allocator, prometheus::Registry& registry);

  // Publishes the pools' states. New pools get an endpoint, missing pools lose theirs, and streams send
  // changes.
  void publish(std::vector<pools::PoolState> pools);

  // Serves and registers the pools that are not: after kubelet has started, or a socket was deleted. False:
  // something failed and should be retried soon.
  bool connect();

  const std::string& directory() const { return directory_; }  // the device-plugins directory
  bool is_registered() const;  // every pool, with the kubelet that is there now

 private:
  struct Pool {
    Pool(const pools::PoolState& state, std::string path)
        : resource(state.resource), socket(std::move(path)), board(state) {}
    std::string resource;
    std::string socket;  // the path of its endpoint, beside kubelet's own
    pools::DeviceBoard board;
    std::unique_ptr<PoolService> service;
    std::unique_ptr<Endpoint> endpoint;           // after the service: it goes first
    std::optional<FileIdentity> registered_with;  // the kubelet.sock that knows this endpoint
  };

  bool serve(const std::string& name, Pool& pool);
  bool register_with_kubelet(Pool& pool, const FileIdentity& kubelet);

  std::string kubelet_directory_;
  std::string directory_;
  std::string kubelet_socket_;
  allocate::Allocator& allocator_;
  RegistrationMetrics metrics_;
  std::map<std::string, std::unique_ptr<Pool>> pools_;
};

}  // namespace rxlease::deviceplugin::kubelet
