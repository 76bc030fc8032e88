// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/overview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/deviceplugin/ctl/show/example.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::vector<std::string> devices(const Overview& overview) {
  std::vector<std::string> ids;
  for (const auto& row : overview.queues) ids.push_back(row.state.id.to_string());
  return ids;
}

TEST(Overview, CountsAPool) {
  const auto pools = overview_of(snapshot()).pools;
  ASSERT_EQ(pools.size(), 1U);
  EXPECT_EQ(pools[0].queues, 3U);
  EXPECT_EQ(pools[0].free, 1U);
  EXPECT_EQ(pools[0].leased, 1U);
  EXPECT_EQ(pools[0].healthy, 2U);
  EXPECT_EQ(pools[0].unhealthy, 1U);
  EXPECT_THAT(pools[0].nics, ElementsAre("nic0"));
}

TEST(Overview, CountsTheQueuesOfAPoolThatAreUnhealthyForTheSameReason) {
  auto given = snapshot();
  auto& devices = given.pools[0].devices;
  devices[0].healthy = false;
  devices[0].reason = devices[1].reason = "its NIC is down";
  devices[2].id.nic = "nic1";
  const auto pool = overview_of(given).pools.at(0);
  EXPECT_EQ(pool.healthy, 1U);
  EXPECT_THAT(pool.unhealthy_reasons, ElementsAre(Pair("its NIC is down", 2U)));
  EXPECT_THAT(pool.nics, ElementsAre("nic0", "nic1"));
}

TEST(Overview, HasThePoolsQueuesAndOthersInUse) {
  auto given = snapshot();
  EXPECT_THAT(devices(overview_of(given)), ElementsAre("nic0-rx1", "nic0-rx2", "nic0-rx3"));
  given.nics[0].queues[0].af_xdp = true;
  EXPECT_THAT(devices(overview_of(given)), ElementsAre("nic0-rx0", "nic0-rx1", "nic0-rx2", "nic0-rx3"));
}

TEST(Overview, HasEveryQueueWithoutPools) {
  auto given = snapshot();
  given.pools.clear();
  EXPECT_EQ(devices(overview_of(given)).size(), 4U);
}

TEST(Overview, KeepsQueuesOfAnUnpluggedNic) {
  auto given = snapshot();
  given.nics.clear();
  EXPECT_EQ(devices(overview_of(given)).size(), 3U);
}

TEST(Overview, HasNicsThatCanLeaseOrThatAPoolUses) {
  auto given = snapshot();
  given.nics[0].cannot_lease = "no longer";
  given.nics.push_back(nic("nic1", 3));
  given.nics.push_back(nic("nic2", 4));
  given.nics[2].cannot_lease = "no queue management";
  auto overview = overview_of(given);
  ASSERT_EQ(overview.nics.size(), 2U);
  EXPECT_THAT(overview.nics[0].pools, ElementsAre("rxq"));
  EXPECT_EQ(overview.nics[0].leased, 2U);
  EXPECT_EQ(overview.nics[1].details.nic.name, "nic1");

  given.pools.clear();
  given.nics.erase(given.nics.begin(), given.nics.begin() + 2);
  EXPECT_EQ(overview_of(given).nics.size(), 1U);  // with the reason, rather than none
}

TEST(Overview, TellsLeasesOfOursFromForeignOnes) {
  const auto leases = overview_of(snapshot()).leases;
  ASSERT_EQ(leases.size(), 2U);
  EXPECT_EQ(leases[0].device, "nic0-rx2");
  EXPECT_EQ(leases[0].state, LeaseState::foreign);
  EXPECT_EQ(leases[0].ifindex, 77U);
  EXPECT_FALSE(leases[0].owner);
  EXPECT_EQ(leases[1].state, LeaseState::leased);
  EXPECT_EQ(leases[1].owner->pod(), "shop/web-0");
  EXPECT_EQ(leases[1].queue, 1U);
  EXPECT_EQ(leases[1].netns_id, 5);
  EXPECT_EQ(leases[1].pool, "rxq");
}

// With a dead pod's ifindex.
TEST(Overview, TellsALeaseInAnotherNamespaceFromTheRecordOfItsQueue) {
  auto given = snapshot();
  given.nics[0].queues[3].lease->netns_id = 6;
  const auto overview = overview_of(given);
  ASSERT_EQ(overview.leases.size(), 3U);
  EXPECT_EQ(overview.leases[1].state, LeaseState::recorded);
  EXPECT_EQ(overview.leases[2].state, LeaseState::foreign);
  EXPECT_EQ(overview.leases[2].netns_id, 6);
  EXPECT_EQ(overview.nics[0].foreign, 2U);
}

TEST(Overview, NamesThePodInWhoseNamespaceAForeignLeaseIs) {
  auto given = snapshot();
  given.nics[0].queues[0].lease = kernel::Lease{77, {4}, 5};  // a queue of the host's
  const auto overview = overview_of(given);
  EXPECT_EQ(overview.nics[0].leased, 3U);
  EXPECT_EQ(overview.nics[0].foreign, 2U);
  const auto& lease = overview.leases.at(0);
  EXPECT_EQ(lease.device, "nic0-rx0");
  EXPECT_EQ(lease.state, LeaseState::foreign);
  EXPECT_FALSE(lease.owner);
  EXPECT_EQ(lease.taker.value().pod(), "shop/web-0");
  EXPECT_FALSE(overview.leases[1].taker);
  EXPECT_EQ(overview.queues.at(0).taker.value().pod(), "shop/web-0");
  EXPECT_THAT(to_tables(overview, Topic::leases, false),
              HasSubstr("nic0-rx0  foreign  shop/web-0  4f1e8a2b9c3d  ifindex 77, netns id 5  4\n"));
  EXPECT_THAT(to_tables(overview, Topic::queues, false), HasSubstr("  foreign: shop/web-0  "));
  const auto object = json::parse(to_json_text(overview, Topic::all));
  EXPECT_EQ(object["nics"][0]["foreignLeases"], 2);
  EXPECT_TRUE(object["leases"][0]["holder"].is_null());
  EXPECT_EQ(object["leases"][0]["takenBy"]["podName"], "web-0");
  EXPECT_TRUE(object["leases"][1]["takenBy"].is_null());
}

TEST(Overview, CountsAQueueThatTheGuardHoldsAsFree) {
  auto given = snapshot();
  given.nics[0].queues[1].is_parked = given.nics[0].queues[0].is_parked = true;
  given.pools[0].devices[0] = pools::judge({"nic0", 1}, &given.nics[0], given.attachments, given.namespaces);
  const auto overview = overview_of(given);
  EXPECT_EQ(overview.pools[0].free, 1U);
  EXPECT_EQ(overview.nics[0].leased, 2U);
  EXPECT_EQ(overview.leases.size(), 2U);
  EXPECT_THAT(devices(overview), ElementsAre("nic0-rx1", "nic0-rx2", "nic0-rx3"));
}

TEST(Overview, KeepsARecordThatTheKernelDoesNotConfirm) {
  auto given = snapshot();
  given.nics[0].up = false;
  given.nics[0].queues.clear();
  const auto leases = overview_of(given).leases;
  ASSERT_EQ(leases.size(), 1U);
  EXPECT_EQ(leases[0].state, LeaseState::recorded);
  EXPECT_EQ(leases[0].queue, 1U);
}

TEST(Overview, GathersAPodsInterfacesAndDevices) {
  auto given = snapshot();
  given.attachments.push_back(attachment());
  given.attachments[1].interface = "rxq0";
  given.attachments[1].devices = {{kernel::DeviceId{"nic0", 1}, std::nullopt}};
  const auto pods = overview_of(given).pods;
  ASSERT_EQ(pods.size(), 1U);
  EXPECT_THAT(pods[0].interfaces, ElementsAre("eth0", "rxq0"));
  EXPECT_THAT(pods[0].devices, ElementsAre("nic0-rx1", "nic0-rx3"));
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
