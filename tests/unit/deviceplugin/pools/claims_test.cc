// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/claims.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::pools {
namespace {

ChosenQueue chosen(const std::string& id, bool is_leftover = false, const std::string& present_nic = "") {
  const auto device = *kernel::DeviceId::parse(id);
  return {device, present_nic.empty() ? device.nic : present_nic, is_leftover};
}

class ClaimsTest : public testing::Test {
 protected:
  ClaimsTest() {
    a.name = "a";
    b.name = "b";
  }

  config::Pool a, b;
};

TEST_F(ClaimsTest, TheEarlierPoolHasAQueueThatBothChose) {
  const std::vector<Claims::Choice> choices{{&a, {chosen("n-rx6")}},
                                            {&b, {chosen("n-rx6"), chosen("n-rx7")}}};
  const Claims claims(choices);
  EXPECT_EQ(claims.objection(a, chosen("n-rx6")), "");
  EXPECT_EQ(claims.objection(b, chosen("n-rx6")), "device n-rx6 belongs to an earlier pool already");
  EXPECT_EQ(claims.objection(b, chosen("n-rx7")), "");
}

TEST_F(ClaimsTest, AQueueThatAPodStillHasStaysWhereItWas) {
  const std::vector<Claims::Choice> choices{{&a, {chosen("n-rx7")}}, {&b, {chosen("n-rx7", true)}}};
  const Claims claims(choices);
  EXPECT_EQ(claims.objection(a, chosen("n-rx7")),
            "device n-rx7 joins once no pod has it: until then it is n-rx7 of pool b");
  EXPECT_EQ(claims.objection(b, chosen("n-rx7", true)), "");
}

TEST_F(ClaimsTest, AQueueIsOneWhateverItsNicWasCalled) {
  const std::vector<Claims::Choice> choices{{&a, {chosen("n-rx7", true, "n.p0"), chosen("n.p0-rx7")}}};
  const Claims claims(choices);
  EXPECT_EQ(claims.objection(a, chosen("n-rx7", true, "n.p0")), "");
  EXPECT_EQ(claims.objection(a, chosen("n.p0-rx7")),
            "device n.p0-rx7 joins once no pod has it: until then it is n-rx7 of pool a");
}

TEST_F(ClaimsTest, ANicIsOfOneUse) {
  a.use = config::PoolUse::af_xdp;
  const std::vector<Claims::Choice> choices{{&a, {chosen("n-rx6")}}, {&b, {chosen("n-rx7")}}};
  const Claims claims(choices);
  EXPECT_EQ(claims.objection(b, chosen("n-rx7")),
            "n is in use by pool a, whose use is \"afxdp\": a NIC does either AF_XDP or memory providers; "
            "this queue waits until that one is free");
  const std::vector<Claims::Choice> others{{&a, {chosen("n-rx6")}}, {&b, {chosen("n-rx7", true)}}};
  EXPECT_NE(Claims(others).objection(a, chosen("n-rx6")), "") << "a pod of the other use is still there";
}

}  // namespace
}  // namespace rxlease::deviceplugin::pools
