// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

#include "kernel/ethtool/flow_rules.h"
#include "kernel/ethtool/rss_contexts.h"
#include "tests/system/fixture/nic/steering_nic.h"
#include "tests/system/fixture/node.h"

namespace rxlease::tests {

inline const nlohmann::json tcp_5201{{"protocol", "tcp"}, {"dstPort", 5201}};

// A node whose NIC can steer, and a pod that gets 10.22.0.2 and fd22::2.
class SteeringNode : public Node {
 protected:
  SteeringNode() : Node(free_steering_nic()), steering_nic(static_cast<SteeringNic&>(nic)) {}

  // A network that leases these queues and steers flows to them.
  nlohmann::json steered(const std::vector<std::uint32_t>& queues,
                         const nlohmann::json& flows = nlohmann::json::array({tcp_5201})) const {
    return leasing(queues,
                   {{"steering", flows}, {"ipam", runtime.host_local({"10.22.0.0/24", "fd22::/64"})}});
  }

  // The queues of an RSS context of the NIC's; none when there is no such context.
  std::set<std::uint32_t> context(std::uint32_t number) const {
    for (const auto& context : kernel::RssContexts::open(host().generic())->rss_get_dump(nic.ifindex())) {
      if (context.context != number) continue;
      const auto queues = context.queues();
      return {queues.begin(), queues.end()};
    }
    return {};
  }

  kernel::FlowRules table() const { return {host(), nic.ifname()}; }

  SteeringNic& steering_nic;
};

}  // namespace rxlease::tests
