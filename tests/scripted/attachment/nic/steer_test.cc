// SPDX-License-Identifier: Apache-2.0
#include "attachment/nic/steer.h"

#include <gmock/gmock.h>

#include <cerrno>

#include "attachment/nic/unsteer.h"
#include "kernel/ethtool/flow_rules.h"
#include "tests/flow_match.h"
#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Steer : public Acts {
 protected:
  Steer() { site.store().create(record); }

  std::vector<std::string> rules() {
    std::vector<std::string> lines;
    for (const auto& [location, rule] : kernel::FlowRules(machine.host_netns, "enp1s0").list()) {
      lines.push_back(rule.match.to_string() + " to " + rule.target.to_string());
    }
    return lines;
  }
  tests::FakeNic& driver() { return machine.host_netns.nic; }
  std::optional<Steering> recorded() { return site.store().find("c1", "eth0")->steering; }

  SteeringPlan plan{tests::to_host(kernel::Protocol::tcp, "10.22.0.5", {5201, 0xffff}),
                    tests::to_host(kernel::Protocol::udp, "10.22.0.5", {6000, 0xfffc})};
};

TEST_F(Steer, BringsFlowsToTheOnlyQueue) {
  record.devices = {{{"nic0", 7}, 1}};
  steer(site, nic, plan, record);
  EXPECT_THAT(rules(), ElementsAre("tcp4 dst-ip 10.22.0.5 dst-port 5201 to queue 7",
                                   "udp4 dst-ip 10.22.0.5 dst-port 6000-6003 to queue 7"));
  EXPECT_THAT(driver().contexts, SizeIs(1));
}

TEST_F(Steer, BringsFlowsToSeveralQueuesByAnRssContext) {
  steer(site, nic, plan, record);
  EXPECT_THAT(rules(), ElementsAre("tcp4 dst-ip 10.22.0.5 dst-port 5201 to RSS context 1",
                                   "udp4 dst-ip 10.22.0.5 dst-port 6000-6003 to RSS context 1"));
  EXPECT_EQ(driver().contexts.at(1), kernel::Rss::spread({6, 7}, 8));
}

TEST_F(Steer, RecordsEverythingBeforeItIsDone) {
  bool seen = false;
  machine.journal.on_step = [&](const std::string& step) {
    const bool makes = step == "host rss-create-act" || step == "host ETHTOOL_SRXCLSRLINS";
    if (!makes) return;
    seen = true;
    const auto steering = recorded();
    ASSERT_TRUE(steering) << step;
    EXPECT_EQ(steering->target.rss_context, 1U);
    EXPECT_THAT(steering->flows, SizeIs(2));
  };
  steer(site, nic, plan, record);
  EXPECT_TRUE(seen);
  EXPECT_EQ(recorded()->flows[1].location, 1U);
}

TEST_F(Steer, IsUndoneByUnsteer) {
  steer(site, nic, plan, record);
  unsteer(site, record);
  EXPECT_THAT(rules(), IsEmpty());
  EXPECT_THAT(driver().contexts, SizeIs(1));
  unsteer(site, record);
}

TEST_F(Steer, IsNotUndoneWhileAForeignRuleUsesTheContext) {
  steer(site, nic, plan, record);
  driver().rules[9] = driver().rules.at(0);
  driver().rules.at(9).fs.location = 9;
  driver().rules.at(9).fs.h_u.tcp_ip4_spec.pdst = 1;
  const auto error = error_of([&] { unsteer(site, record); });
  EXPECT_EQ(error.fault(), Fault::busy);
  EXPECT_THAT(error.what(), HasSubstr("RSS context 1 of enp1s0 is used by a flow rule that is not ours"));
}

TEST_F(Steer, IsRefusedWhereSomebodyHasTheFlow) {
  steer(site, nic, plan, record);
  auto other = record;
  other.container_id = "c2";
  other.steering.reset();
  site.store().create(other);
  site.store().update(record);
  for (const auto& error : {error_of([&] { refuse_taken_flows(site, nic, plan); }),
                            error_of([&] { steer(site, nic, plan, other); })}) {
    EXPECT_EQ(error.fault(), Fault::busy);
    EXPECT_EQ(error.part(), Part::steering);
    EXPECT_THAT(error.what(), HasSubstr("location 0 of container c1, interface eth0"));
  }
  EXPECT_THAT(rules(), SizeIs(2));
  EXPECT_FALSE(other.steering);
}

// gve's driver has none.
TEST_F(Steer, BringsFlowsToSeveralQueuesByARuleAQueueWithoutContexts) {
  driver().has_contexts = false;
  steer(site, nic, plan, record);
  EXPECT_THAT(rules(), ElementsAre("tcp4 dst-ip 10.22.0.5 dst-port 5201 src-port 0 m 65533 to queue 6",
                                   "tcp4 dst-ip 10.22.0.5 dst-port 5201 src-port 2 m 65533 to queue 7",
                                   "udp4 dst-ip 10.22.0.5 dst-port 6000-6003 src-port 0 m 65533 to queue 6",
                                   "udp4 dst-ip 10.22.0.5 dst-port 6000-6003 src-port 2 m 65533 to queue 7"));
  EXPECT_EQ(recorded()->flows[3].queue, 7U);
  EXPECT_EQ(recorded()->flows[3].location, 3U);
  unsteer(site, record);
  EXPECT_THAT(rules(), IsEmpty());
}

TEST_F(Steer, WithoutContextsTakesRangesApartForEachQueue) {
  driver().has_contexts = false;
  driver().takes_port_masks = false;
  plan = {tests::to_host(kernel::Protocol::udp, "10.22.0.5", {6000, 0xfffe})};
  steer(site, nic, plan, record);
  EXPECT_THAT(rules(), ElementsAre("udp4 dst-ip 10.22.0.5 dst-port 6000 src-port 0 m 65533 to queue 6",
                                   "udp4 dst-ip 10.22.0.5 dst-port 6001 src-port 0 m 65533 to queue 6",
                                   "udp4 dst-ip 10.22.0.5 dst-port 6000 src-port 2 m 65533 to queue 7",
                                   "udp4 dst-ip 10.22.0.5 dst-port 6001 src-port 2 m 65533 to queue 7"));
}

TEST_F(Steer, WithoutContextsNeedsRulesByBitsOfTheSourcePort) {
  driver().has_contexts = false;
  driver().takes_src_port_masks = false;
  require_spread(machine, nic, plan, record.devices);
  const auto refused = error_of([&] { steer(site, nic, plan, record); });
  EXPECT_EQ(refused.fault(), Fault::invalid);
  EXPECT_THAT(refused.what(),
              HasSubstr("enp1s0 has no RSS contexts, and no rules by bits of the source port"));
}

TEST_F(Steer, WithoutContextsSpreadsOnlyWhatHasPorts) {
  driver().has_contexts = false;
  kernel::FlowMatch frames;
  frames.vlan = 100;
  const auto error = error_of([&] { require_spread(machine, nic, {frames}, record.devices); });
  EXPECT_EQ(error.fault(), Fault::invalid);
  EXPECT_THAT(error.what(), HasSubstr("no RSS contexts, and ether vlan 100 has no ports"));
  require_spread(machine, nic, {frames}, {record.devices.front()});
  driver().has_contexts = true;
  require_spread(machine, nic, {frames}, record.devices);
}

TEST_F(Steer, NeedsRules) {
  require_steering(machine, nic);
  driver().has_rules = false;
  const auto no_rules = error_of([&] { require_steering(machine, nic); });
  EXPECT_EQ(no_rules.fault(), Fault::invalid);
  EXPECT_THAT(no_rules.what(), HasSubstr("enp1s0 has no flow rules"));
}

TEST_F(Steer, NeedsARowOfTheTableForEachQueue) {
  for (std::uint32_t queue = 8; queue < 20; ++queue) record.devices.push_back({{"nic0", queue}, 3});
  const auto error = error_of([&] { steer(site, nic, plan, record); });
  EXPECT_EQ(error.fault(), Fault::invalid);
  EXPECT_THAT(error.what(), HasSubstr("8 rows, too few for 14 queues"));
}

TEST_F(Steer, HasAFaultForEveryAnswer) {
  const std::map<int, Fault> fault_of{
      {ENOSPC, Fault::busy}, {EEXIST, Fault::busy},  {EINVAL, Fault::invalid}, {EOPNOTSUPP, Fault::invalid},
      {ENODEV, Fault::busy}, {EPERM, Fault::kernel}, {EIO, Fault::kernel}};
  plan.resize(1);
  for (const auto& [answer, fault] : fault_of) {
    fail_at("host ETHTOOL_SRXCLSRLINS", answer);
    const auto error = error_of([&] { steer(site, nic, plan, record); });
    EXPECT_EQ(error.fault(), fault) << error.what();
    EXPECT_EQ(error.part(), Part::steering);
    EXPECT_THAT(error.what(), HasSubstr("flow rule tcp4 dst-ip 10.22.0.5 dst-port 5201 on enp1s0"));
    EXPECT_FALSE(error.remedy().empty());
    unsteer(site, record);
  }
}

TEST_F(Steer, TakesARuleForEachPortWhereTheDriverTakesNoRanges) {
  driver().takes_port_masks = false;
  steer(site, nic, plan, record);
  EXPECT_THAT(rules(), SizeIs(1 + 4));
  EXPECT_THAT(recorded()->flows, SizeIs(1 + 4));
  plan = {tests::to_host(kernel::Protocol::tcp, "10.22.0.6", {1024, 0xfc00})};
  const auto error = error_of([&] { steer(site, nic, plan, record); });
  EXPECT_EQ(error.fault(), Fault::invalid);
  EXPECT_THAT(error.remedy(), HasSubstr("at most 256 rules"));
}

}  // namespace
}  // namespace rxlease::attachment
