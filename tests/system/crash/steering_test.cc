// SPDX-License-Identifier: Apache-2.0
//
// Kills of an ADD or DEL that steers: no flow rule and no RSS context stays behind.
#include <gtest/gtest.h>

#include "tests/system/crash/crash.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/nic/steering_nic.h"

namespace rxlease::tests {
namespace {

const nlohmann::json flows{{{"protocol", "tcp"}, {"dstPort", 5201}},
                           {{"protocol", "udp"}, {"dstPort", "6000-6002"}}};

// Behind another plugin, which has given the pod its address: so no other program is started, and every call
// is ours. The parameter: whether the driver chooses the locations of rules.
class KilledSteering : public Crash, public testing::WithParamInterface<bool> {
 protected:
  KilledSteering() : Crash(free_steering_nic()) {
    steering_nic().set("rules_need_location", GetParam() ? "N" : "Y");
  }

  const SteeringNic& steering_nic() const { return static_cast<const SteeringNic&>(nic); }

  nlohmann::json conf() const {
    return leasing({6, 7}, {{"pairing", "single"},
                            {"steering", flows},
                            {"prevResult",
                             {{"cniVersion", "1.1.0"},
                              {"interfaces", {{{"name", "eth0"}, {"sandbox", pod.path()}}}},
                              {"ips", {{{"address", "192.0.2.7/24"}, {"interface", 0}}}}}}});
  }
};

TEST_P(KilledSteering, AddAtAnyCallIsUndoneByDel) {
  kill_each_add(conf(), Undo::del);
}

TEST_P(KilledSteering, AddAtAnyChangeIsUndoneByGc) {
  kill_each_add(conf(), Undo::gc, any_change);
}

TEST_P(KilledSteering, DelAtAnyChangeIsFinishedByTheNextDel) {
  kill_each_undo(Undo::del, conf(), Undo::del, any_change);
}

TEST_P(KilledSteering, DelAtAnyChangeIsFinishedByGc) {
  kill_each_undo(Undo::del, conf(), Undo::gc, any_change);
}

INSTANTIATE_TEST_SUITE_P(Locations, KilledSteering, testing::Bool(),
                         [](const auto& instance) { return instance.param ? "OfTheDriver" : "OfThePlugin"; });

// A DEL that is held up: what it was about to remove may be the next pod's by then.
class LateSteering : public KilledSteering {};

TEST_P(LateSteering, DelTakesNothingFromTheNextOwner) {
  constexpr Killer::Moment held_up{.counted = Killer::Counted::changing_calls,
                                   .victim = Killer::Victim::nobody,
                                   .delay = std::chrono::milliseconds(200)};
  auto its_conf = conf();
  its_conf["prevResult"]["interfaces"][0]["sandbox"] = successor.path();
  its_conf["prevResult"]["ips"][0]["address"] = "192.0.2.8/24";
  strike_at_each_call(held_up, [&](const Killer& killer) {
    Pod doomed;
    const auto attachment = doomed.attachment();
    ASSERT_TRUE(succeeded(runtime.add(attachment, conf())));
    doomed.remove();
    ASSERT_TRUE(eventually([&] { return nic.leases().empty(); }));

    auto late = under(killer, [&] { return runtime.start("DEL", attachment, conf()); });
    eventually([&] { return killer.has_struck(); }, std::chrono::milliseconds(500));
    EXPECT_TRUE(succeeded(runtime.add(successor.attachment(), its_conf)));
    EXPECT_TRUE(succeeded(Runtime::finish(std::move(late))));
    EXPECT_EQ(steering_nic().rules().size(), 3U);
    EXPECT_TRUE(succeeded(runtime.del(successor.attachment(), its_conf)));
    EXPECT_TRUE(steering_nic().rules().empty());
  });
}

INSTANTIATE_TEST_SUITE_P(Locations, LateSteering, testing::Bool(),
                         [](const auto& instance) { return instance.param ? "OfTheDriver" : "OfThePlugin"; });

}  // namespace
}  // namespace rxlease::tests
