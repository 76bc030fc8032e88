// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/overview_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/deviceplugin/ctl/show/example.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using pools::Snapshot;
using testing::HasSubstr;

TEST(Tables, ShowLeases) {
  EXPECT_EQ(to_tables(overview_of(snapshot()), Topic::leases, false),
            "DEVICE    STATE    POD         CONTAINER     INTERFACE         QUEUE\n"
            "nic0-rx2  foreign  -           -             ifindex 77, host  4\n"
            "nic0-rx3  leased   shop/web-0  4f1e8a2b9c3d  eth0              1\n");
}

TEST(Tables, TellLeasesThatWereLent) {
  auto given = snapshot();
  given.attachments[0].lent = true;
  EXPECT_THAT(to_tables(overview_of(given), Topic::leases, false),
              HasSubstr("\nnic0-rx3  lent     shop/web-0  "));
}

TEST(Tables, SayWhyALeaseIsNotHealed) {
  auto given = snapshot();
  given.attachments[0].trouble = "pool rxq has heal: false";
  EXPECT_THAT(to_tables(overview_of(given), Topic::leases, false),
              HasSubstr("\nnic0-rx3 is not healed: pool rxq has heal: false\n"));
}

TEST(Tables, ShowQueuesWithReasons) {
  const auto text = to_tables(overview_of(snapshot()), Topic::queues, false);
  EXPECT_THAT(text, HasSubstr("DEVICE    POOL  USE            HEALTH     HOLDER      REASON\n"
                              "nic0-rx1  rxq   free           healthy    -           -\n"
                              "nic0-rx2  rxq   foreign lease  unhealthy  foreign     leased by ifindex 77 "));
}

TEST(Tables, KnowAPodWithoutANameByItsNetworkNamespace) {
  auto given = snapshot();
  given.attachments[0].pod_name.clear();
  EXPECT_THAT(to_tables(overview_of(given), Topic::queues, false),
              HasSubstr("nic0-rx3  rxq   leased         healthy    /run/netns/web  -\n"));
}

TEST(Tables, TellTheNetworkNamespaceOfAForeignLease) {
  auto given = snapshot();
  given.nics[0].queues[2].lease->netns_id = 3;
  EXPECT_THAT(to_tables(overview_of(given), Topic::leases, false),
              HasSubstr("  ifindex 77, netns id 3  4\n"));
}

TEST(Tables, SayThatTheKernelCannotLease) {
  EXPECT_THAT(to_tables(overview_of({}, /*kernel_leases=*/false), Topic::pods, false),
              HasSubstr("No pod has a queue.\nThis kernel cannot lease queues: it has no queue-create"));
}

TEST(Tables, NameFilesThatAreNoRecords) {
  Snapshot given;
  given.unreadable_records = {"/run/rxlease/attachments/odd"};
  EXPECT_THAT(to_tables(overview_of(given), Topic::leases, false),
              HasSubstr("\n/run/rxlease/attachments/odd is no record of rxlease's\n"));
}

TEST(Tables, ShowNics) {
  EXPECT_EQ(to_tables(overview_of(snapshot()), Topic::nics, false),
            "NIC   INTERFACE  DRIVER     NUMA  QUEUES  LEASED  LINK  POOLS  CAN LEASE\n"
            "nic0  enp1s0     mlx5_core  1     4       2       up    rxq    yes\n");
}

TEST(Tables, ShowPoolsWithTheReasonsOfUnhealthyQueues) {
  auto given = snapshot();
  auto& pool = given.pools[0];
  pool.use = config::PoolUse::af_xdp;
  pool.problems = {"its count cannot be had"};
  pool.devices[0].healthy = false;
  pool.devices[0].reason = pool.devices[1].reason = "its NIC is down";
  EXPECT_EQ(to_tables(overview_of(given), Topic::pools, false),
            "POOL  RESOURCE         USE    NICS  QUEUES  FREE  LEASED  HEALTHY  UNHEALTHY  PROBLEMS\n"
            "rxq   rxlease.dev/rxq  afxdp  nic0  3       0     1       1        2          "
            "its count cannot be had; its NIC is down (2 queues)\n");
  EXPECT_THAT(to_tables(overview_of(given), Topic::all, false),
              HasSubstr("POOL  RESOURCE         QUEUES  FREE  LEASED  UNHEALTHY  PROBLEM\n"));
  EXPECT_EQ(to_tables({}, Topic::pools, false), "No pool is configured.\n");
}

TEST(Tables, ShowWholeContainerIdsWhenWide) {
  EXPECT_THAT(to_tables(overview_of(snapshot()), Topic::leases, true), HasSubstr(container + "  eth0"));
  EXPECT_THAT(to_tables(overview_of(snapshot()), Topic::pods, true), HasSubstr(container + "  9b1d"));
}

TEST(Tables, SayInASentenceThatThereIsNothing) {
  const Overview nothing;
  EXPECT_EQ(to_tables(nothing, Topic::all, false), "This node has no NIC.\n\nNo queue is leased.\n");
  EXPECT_EQ(to_tables(nothing, Topic::queues, true), "There is no queue to lease.\n");
  EXPECT_EQ(to_tables(nothing, Topic::pods, true), "No pod has a queue.\n");
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
