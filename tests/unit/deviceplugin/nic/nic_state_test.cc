// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/nic_state.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::nic {
namespace {

TEST(NicState, IsFoundWithItsQueueByADeviceId) {
  std::vector<NicState> nics(2);
  nics[0].details.nic.name = "nic0";
  nics[1].details.nic.name = "nic1";
  nics[1].queues[7].af_xdp = true;
  EXPECT_EQ(find_nic(nics, "nic1"), &nics[1]);
  EXPECT_EQ(find_nic(nics, "nic2"), nullptr);
  EXPECT_EQ(find_queue(nics, {"nic1", 7}), &nics[1].queues.at(7));
  EXPECT_EQ(find_queue(nics, {"nic1", 6}), nullptr) << "the kernel lists no such queue";
  EXPECT_EQ(find_queue(nics, {"nic2", 7}), nullptr) << "there is no such NIC";
}

}  // namespace
}  // namespace rxlease::deviceplugin::nic
