// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

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

 private:
  std::string socket_;
  std::chrono::steady_clock::time_point ask_again_;
};

}  // namespace rxlease::deviceplugin::kubelet
