// SPDX-License-Identifier: Apache-2.0
//
// The flow rules of a pod, after the NIC has lost them.
#include "attachment/nic/put_back.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attachment/nic/steer.h"
#include "attachment/nic/unsteer.h"
#include "kernel/error.h"
#include "kernel/ethtool/flow_rules.h"
#include "tests/flow_match.h"
#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PutBack : public Acts {
 protected:
  PutBack() {
    site.store().create(record);
    steer(site, nic, plan, record);
  }

  std::vector<std::string> rules() {
    std::vector<std::string> lines;
    for (const auto& [location, rule] : kernel::FlowRules(machine.host_netns, "enp1s0").list()) {
      lines.push_back(std::to_string(location) + ": " + rule.match.to_string() + " to " +
                      rule.target.to_string());
    }
    return lines;
  }
  std::size_t put_back() { return put_back_rules(machine.host_netns, nic, record, site.store()); }
  bool lacks() { return lacks_rules(record, kernel::FlowRules(machine.host_netns, "enp1s0").list()); }
  tests::FakeNic& driver() { return machine.host_netns.nic; }

  const SteeringPlan plan{tests::to_host(kernel::Protocol::tcp, "10.22.0.5", {5201, 0xffff}),
                          tests::to_host(kernel::Protocol::udp, "10.22.0.5", {6000, 0xfffc})};
};

TEST_F(PutBack, DoesNothingWhileTheyAreThere) {
  EXPECT_FALSE(lacks());
  EXPECT_EQ(put_back(), 0U);
}

TEST_F(PutBack, MakesContextAndRulesOfANicThatHasLostAll) {
  const auto before = rules();
  driver().rules.clear();
  driver().contexts.erase(1);
  EXPECT_TRUE(lacks());
  EXPECT_EQ(put_back(), 2U);
  EXPECT_EQ(rules(), before);
  EXPECT_EQ(driver().contexts.at(1), kernel::Rss::spread({6, 7}, 8));
}

TEST_F(PutBack, MakesTheOneThatIsGoneAndRecordsItsPlace) {
  driver().rules.erase(0);
  const auto another = tests::to_host(kernel::Protocol::tcp, "10.22.0.6", {80, 0xffff});
  kernel::FlowRules(machine.host_netns, "enp1s0").insert({another, {1, std::nullopt}});
  EXPECT_EQ(put_back(), 1U);
  EXPECT_THAT(rules(), ElementsAre("0: tcp4 dst-ip 10.22.0.6 dst-port 80 to queue 1",
                                   "1: udp4 dst-ip 10.22.0.5 dst-port 6000-6003 to RSS context 1",
                                   "2: tcp4 dst-ip 10.22.0.5 dst-port 5201 to RSS context 1"));
  const auto stored = site.store().find("c1", "eth0");
  EXPECT_EQ(stored->steering->flows[0].location, 2U);
  unsteer(site, *stored);
  EXPECT_THAT(rules(), ElementsAre("0: tcp4 dst-ip 10.22.0.6 dst-port 80 to queue 1"));
}

TEST_F(PutBack, LeavesAFlowToWhoeverHasTakenIt) {
  driver().rules.erase(0);
  kernel::FlowRules(machine.host_netns, "enp1s0").insert({plan[0], {1, std::nullopt}});
  const auto before = rules();
  EXPECT_THROW(put_back(), kernel::KernelError);
  EXPECT_EQ(rules(), before);
}

// DEL has removed the rules, and not the record yet.
TEST_F(PutBack, MakesNoneOfAnAttachmentThatEnds) {
  unsteer(site, record);
  EXPECT_TRUE(lacks()) << "by the daemon's last look at the record";
  EXPECT_EQ(put_back(), 0U);
  site.store().remove(record);
  EXPECT_EQ(put_back(), 0U);
  EXPECT_THAT(rules(), IsEmpty());
}

}  // namespace
}  // namespace rxlease::attachment
