// SPDX-License-Identifier: Apache-2.0
//
// A NIC whose queues are in use keeps what its users need.
#include <gtest/gtest.h>

#include "tests/system/prep/prep_node.h"

namespace rxlease::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class LeasedNic : public PrepNode {
 protected:
  void SetUp() override {
    further = "guard: off\n";
    configure_pool();
    start();
    ASSERT_TRUE(is_prepared());
    lease.emplace(simnic.ifindex(), 4);
  }

  std::optional<Leased> lease;
};

TEST_F(LeasedNic, IsGivenBackOnceItsQueuesAreFree) {
  const auto prepared = simnic.state();
  configure_pool("", pool("other", nic->parent(), "[7]"));
  EXPECT_TRUE(logs({"NIC simnic.0.p1", "channels 8, ", "they are reset once its queues are free"}));
  EXPECT_EQ(simnic.state(), prepared);
  lease.reset();
  EXPECT_TRUE(comes_back());
  EXPECT_THAT(journals(), IsEmpty());
}

TEST_F(LeasedNic, IsNotGivenBackByRestoreUntilItIsFree) {
  const auto prepared = simnic.state();
  end();
  const auto refused = restore();
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, AllOf(HasSubstr("simnic.0.p1 (" + simnic.ifname() + "): not given back: "),
                                    HasSubstr("simnic.0.p1-rx4 is leased by ifindex ")));
  EXPECT_EQ(simnic.state(), prepared);
  lease.reset();
  EXPECT_EQ(restore().status, 0);
  expect_as_it_was();
}

TEST_F(LeasedNic, IsStillPreparedForOthers) {
  configure_pool("queues: { ids: [4, 5, 3] }, channels: 6");
  EXPECT_TRUE(eventually([&] { return settings().ends_with("rss over [0-2]"); })) << settings();
}

}  // namespace
}  // namespace rxlease::tests
