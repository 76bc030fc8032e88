// SPDX-License-Identifier: Apache-2.0
#include "tests/system/crash/crash.h"

#include <iostream>

#include "tests/system/fixture/sampled_rounds.h"
#include "tests/system/fixture/settled.h"

namespace rxlease::tests {

namespace {

constexpr unsigned most_calls = 5000;  // a plugin that makes more of them goes round in circles

}  // namespace

Crash::Crash(SimulatedNic& its_nic) : Node(its_nic) {
  EXPECT_TRUE(settled());
}

void Crash::strike_at_each_call(Killer::Moment moment, const Round& round) {
  // Between two changes a kill finds the same, so that these rounds need it less.
  const auto [first, step] = one_round_in(moment.counted == Killer::Counted::every_call ? 12 : 4);
  int strikes = 0;
  for (moment.call = first; moment.call <= most_calls; moment.call += step) {
    const Killer killer(moment);
    round(killer);
    if (HasFailure()) FAIL() << "struck " << killer.describe();
    if (!killer.has_struck()) {
      std::cout << "    struck " << strikes << " times: at one call in " << step << ", from call " << first
                << " on\n";
      return RecordProperty("strikes", strikes);
    }
    ++strikes;
  }
  FAIL() << "the plugin does not come to an end";
}

void Crash::kill_each_add(const nlohmann::json& conf, Undo finish, Killer::Moment moment) {
  const auto before = snapshot({&successor});
  auto later = conf;
  later.erase("prevResult");  // a runtime that has no result of the ADD has none for its DEL
  strike_at_each_call(moment, [&](const Killer& killer) {
    under(killer, [&] { return runtime.add(pod.attachment(), conf); });
    EXPECT_TRUE(succeeded(undo(finish, later)));
    pass_over(killer);
    EXPECT_EQ(before, snapshot({&successor}));
    // From one change to the next the answer is the same.
    if (moment.counted != Killer::Counted::every_call || !killer.has_struck()) expect_free(conf);
  });
}

void Crash::kill_each_undo(Undo killed, nlohmann::json conf, Undo finish, Killer::Moment moment) {
  conf["leaseTimeoutMs"] = 1;  // each round's ADD needs the queues that the round before gave back
  const auto before = snapshot();
  strike_at_each_call(moment, [&](const Killer& killer) {
    ASSERT_TRUE(succeeded(runtime.add(pod.attachment(), conf)));
    under(killer, [&] { return undo(killed, conf); });
    EXPECT_TRUE(succeeded(undo(finish, conf)));
    EXPECT_EQ(before, snapshot());
  });
}

Answer Crash::undo(Undo how, const nlohmann::json& conf) const {
  return how == Undo::del ? runtime.del(pod.attachment(), conf) : runtime.gc(conf, {});
}

void Crash::expect_free(const nlohmann::json& conf) {
  auto plain = conf;
  if (plain.erase("ipam") != 0) plain.erase("steering");  // which needs addresses
  plain.emplace("leaseTimeoutMs", 1);
  EXPECT_TRUE(succeeded(runtime.add(successor.attachment(), plain)));
  EXPECT_TRUE(succeeded(runtime.del(successor.attachment(), plain)));
}

}  // namespace rxlease::tests
