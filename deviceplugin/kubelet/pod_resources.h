// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace v1 {
class ListPodResourcesResponse;
}

namespace rxlease::deviceplugin::kubelet {

// The client of kubelet's PodResources: which devices kubelet has allocated to which pods.
class PodResources {
 public:
  // `socket`: /var/lib/kubelet/pod-resources/kubelet.sock. Connects with each call.
  explicit PodResources(std::string socket) : socket_(std::move(socket)) {}

  // The device ids of all resources that kubelet has allocated. nullopt: kubelet did not answer within two
  // seconds. A kubelet that hangs is then not asked again for 20 seconds, so that it holds nobody up.
  std::optional<std::set<std::string>> allocated_devices();

  // The same with the pod that has each device: "shop/web-0".
  std::optional<std::map<std::string, std::string>> allocations();

  // The CPUs of the container that has each device, by device id: those that kubelet's CPU manager gives it
  // alone. None where it gives none.
  std::optional<std::map<std::string, std::set<std::uint32_t>>> pinned_cpus();

 private:
  bool list(v1::ListPodResourcesResponse& response);

  std::string socket_;
  std::chrono::steady_clock::time_point ask_again_;
};

}  // namespace rxlease::deviceplugin::kubelet
