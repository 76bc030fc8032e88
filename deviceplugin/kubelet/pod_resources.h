// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>

namespace rxlease::deviceplugin::kubelet {

// The device ids that kubelet has given to pods, whatever the resource. nullopt when kubelet does not answer
// within two seconds: then nothing is known. `socket`: /var/lib/kubelet/pod-resources/kubelet.sock.
std::optional<std::set<std::string>> allocated_devices(const std::string& socket);

}  // namespace rxlease::deviceplugin::kubelet
