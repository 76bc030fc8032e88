// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>

namespace rxlease::deviceplugin::kubelet {

// The client of kubelet's PodResources: what kubelet has given to whom.
class PodResources {
 public:
  // `socket`: /var/lib/kubelet/pod-resources/kubelet.sock. Nothing is connected yet.
  explicit PodResources(std::string socket) : socket_(std::move(socket)) {}

  // The device ids that kubelet has given to pods, whatever the resource. nullopt when kubelet does not
  // answer within two seconds: then nothing is known.
  std::optional<std::set<std::string>> allocated_devices() const;

 private:
  std::string socket_;
};

}  // namespace rxlease::deviceplugin::kubelet
