// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "attachment/record/lease_file.h"
#include "kernel/netlink/addresses.h"
#include "kernel/netlink/routes.h"
#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {

// A node whose NIC goes and comes back. Only notifications tell the daemon of it: the slow timer is an hour.
class HealingNode : public DaemonNode {
 protected:
  explicit HealingNode(std::unique_ptr<SimulatedNic> its_nic = std::make_unique<SimulatedNic>(8))
      : DaemonNode(std::move(its_nic)) {
    configure_pool("");
  }

  // The pool with further members.
  void configure_pool(const std::string& members) {
    auto text = pool("rxq", nic->parent(), "[5-7]");
    text.insert(text.rfind(" }"), members);
    configure({text}, "rescanSeconds: 3600\n");
  }

  // The same NIC again, perhaps with fewer queues: it takes the place that the last one left.
  void unplug() {
    nic->unplug();
    ASSERT_TRUE(watch->shows(all_unhealthy()));
    ASSERT_FALSE(pod.link("rxq0"));
  }
  void plug(unsigned queues = 8) { nic = std::make_unique<SimulatedNic>(queues); }

  // A pair with an address of each family and default routes.
  nlohmann::json pair(const nlohmann::json& members = nlohmann::json::object()) const {
    nlohmann::json conf{{"pairing", "pair"},
                        {"mtu", 4000},
                        {"ipam", runtime.host_local({"10.22.0.0/24", "fd22::/64"},
                                                    {{{"dst", "0.0.0.0/0"}}, {{"dst", "::/0"}}})}};
    conf.update(members);
    return conf;
  }

  // kubelet's Allocate, then the runtime's ADD; what the ADD answered.
  nlohmann::json add(const std::vector<std::uint32_t>& queues, const nlohmann::json& members) {
    kubelet->allocate("shop", "web-0", nic->device_ids(queues));
    auto answer = runtime.add(named(pod), network(queues, members));
    EXPECT_TRUE(succeeded(answer));
    return answer.object;
  }

  std::optional<attachment::LeaseFile> lease(std::uint32_t queue) const {
    return attachment::read_lease_file(runtime.lease_file(nic_name + "-rx" + std::to_string(queue)));
  }
  testing::AssertionResult has_generation(std::uint32_t queue, std::uint32_t generation) const {
    const bool came = eventually([&] {
      const auto file = lease(queue);
      return file && file->generation == generation;
    });
    return testing::AssertionResult(came) << log();
  }

  static constexpr const char* healed = R"(rxlease_heals_total{outcome="healed"} )";
  static constexpr const char* refused = R"(rxlease_heals_total{outcome="refused"} )";
};

}  // namespace rxlease::tests
