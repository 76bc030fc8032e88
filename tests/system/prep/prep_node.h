// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>

#include "deviceplugin/prepare/plan/journal.h"
#include "tests/system/daemon/daemon_node.h"
#include "tests/system/prep/simnic.h"

namespace rxlease::tests {

// A node with a NIC that can be prepared, simnic.0.p1, of whose queues 4 and 5 are a pool's, rxq: of 6
// channels, with header split and RSS without the two.
class PrepNode : public DaemonNode {
 protected:
  PrepNode();
  ~PrepNode() override;

  // Writes the configuration with this pool of the NIC, its members in YAML. Nothing but notifications wakes
  // the daemon.
  void configure_pool(const std::string& members = usual, const std::string& others = "");
  static constexpr const char* usual = "queues: { ids: [4, 5] }, channels: 6";

  // The pool's two devices.
  Health devices(const std::string& health) const {
    return {{simnic.device_id(4), health}, {simnic.device_id(5), health}};
  }

  // Waits for the pool's devices to be as prepared ones are.
  testing::AssertionResult is_prepared() const;
  std::string settings() const;  // all that there are, described
  void expect_as_it_was() const { EXPECT_EQ(simnic.state(), before); }
  testing::AssertionResult comes_back() const;  // waits for it to be as it was

  // The line of /metrics that counts what was done to a NIC.
  static std::string preparations(const std::string& what, int count,
                                  const std::string& its_name = "simnic.0.p1") {
    return "rxlease_nic_preparations_total{nic=\"" + its_name + "\",what=\"" + what + "\"} " +
           std::to_string(count);
  }

  std::string journals_directory() const { return node / "kept/nics"; }
  std::vector<std::string> journals() const;  // NICs

  // The queue is leased by hand for the object's life.
  class Leased {
   public:
    explicit Leased(std::uint32_t ifindex, std::uint32_t queue);
    ~Leased();

   private:
    std::uint32_t netkit_;
  };

  std::string further;  // settings of the configuration
  Simnic simnic;
  std::vector<std::string> before;  // the NIC's state, with a flow rule and an RSS context of the host's
};

}  // namespace rxlease::tests
