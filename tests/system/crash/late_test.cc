// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernel/files.h"
#include "tests/system/crash/crash.h"
#include "tests/system/fixture/eventually.h"

namespace rxlease::tests {
namespace {

using std::chrono::milliseconds;

// A DEL that is held up while others go on, at one change after the other.
class Late : public Crash {
 protected:
  static constexpr Killer::Moment held_up{.counted = Killer::Counted::changing_calls,
                                          .victim = Killer::Victim::nobody,
                                          .delay = milliseconds(200)};

  // Returns when it is held up.
  ChildProcess start_del(const Killer& killer, const Attachment& attachment, const nlohmann::json& conf) {
    auto del = under(killer, [&] { return runtime.start("DEL", attachment, conf); });
    eventually([&] { return killer.has_struck(); }, milliseconds(500));
    return del;
  }
};

TEST_F(Late, DelOfTwoIsNotDisturbedByTheOther) {
  const auto before = snapshot();
  const auto conf = leasing({7});
  strike_at_each_call(held_up, [&](const Killer& killer) {
    ASSERT_TRUE(succeeded(runtime.add(pod.attachment(), conf)));
    auto first = start_del(killer, pod.attachment(), conf);
    EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
    EXPECT_TRUE(succeeded(Runtime::finish(std::move(first))));
    EXPECT_EQ(before, snapshot());
  });
}

// A namespace that ends frees its queues before DEL comes: somebody else has one when DEL looks for its file.
TEST_F(Late, DelTakesNothingFromTheNextOwner) {
  const auto conf = leasing({7});
  strike_at_each_call(held_up, [&](const Killer& killer) {
    Pod doomed;
    const auto attachment = doomed.attachment();
    ASSERT_TRUE(succeeded(runtime.add(attachment, conf)));
    doomed.remove();
    ASSERT_TRUE(eventually([&] { return nic.leases().empty(); }));

    auto late = start_del(killer, attachment, conf);
    EXPECT_TRUE(succeeded(runtime.add(successor.attachment(), conf)));
    EXPECT_TRUE(succeeded(Runtime::finish(std::move(late))));

    const auto file = kernel::read_file(runtime.lease_file(nic.device_id(7))).value_or("none");
    EXPECT_TRUE(file.find(successor.name()) != std::string::npos) << file;
    EXPECT_TRUE(nic.leases().contains(7));
    EXPECT_EQ(runtime.records().size(), 1U);
    EXPECT_TRUE(succeeded(runtime.del(successor.attachment(), conf)));
    EXPECT_EQ(runtime.files(), std::vector<std::string>{});
  });
}

}  // namespace
}  // namespace rxlease::tests
