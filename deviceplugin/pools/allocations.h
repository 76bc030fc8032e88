// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace rxlease::deviceplugin::pools {

// Which pod kubelet has allocated each device to: "shop/web-0", by device id. nullopt: kubelet does not tell.
using Allocations = std::optional<std::map<std::string, std::string>>;

// How long after a list kubelet is sure to know which queues are not healthy any more, and to have told of
// those that it allocated before.
constexpr std::chrono::milliseconds until_kubelet_knows{200};

}  // namespace rxlease::deviceplugin::pools
