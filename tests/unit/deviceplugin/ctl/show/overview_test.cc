// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/overview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "deviceplugin/ctl/show/overview_json.h"
#include "deviceplugin/ctl/show/overview_tables.h"
#include "deviceplugin/pools/health.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using nic::NicState;
using nlohmann::json;
using pools::Snapshot;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

const std::string container = "4f1e8a2b9c3d5e6f70819203";

NicState nic(const std::string& name, std::uint32_t ifindex) {
  NicState state;
  state.details.nic = {name, "enp1s0", ifindex};
  state.details.parent = "0000:0a:00.0";
  state.details.bus = "pci";
  state.details.driver = "mlx5_core";
  state.details.numa_node = 1;
  state.details.rx_queues = 4;
  state.up = state.carrier = true;
  for (std::uint32_t queue = 0; queue < 4; ++queue) state.queues[queue] = {};
  return state;
}

attachment::Attachment attachment() {
  attachment::Attachment attachment;
  attachment.network = "zerocopy";
  attachment.container_id = container;
  attachment.interface = attachment.ifname = "eth0";
  attachment.netns = "/run/netns/web";
  attachment.netns_cookie = 4711;
  attachment.pod_namespace = "shop";
  attachment.pod_name = "web-0";
  attachment.pod_uid = "9b1d";
  attachment.interface_ifindex = 12;
  attachment.devices = {{{"nic0", 3}, 1}};
  return attachment;
}

// NIC nic0 with queue 3 leased by a pod, 2 by nobody knows whom; both are of a pool, with the free queue 1.
Snapshot snapshot() {
  Snapshot snapshot;
  snapshot.nics = {nic("nic0", 2)};
  snapshot.nics[0].queues[3].lease = kernel::Lease{12, {1}, 5};
  snapshot.nics[0].queues[2].lease = kernel::Lease{77, {4}, std::nullopt};
  snapshot.attachments = {attachment()};
  snapshot.namespaces.of_pods = {{4711, 5}};
  pools::PoolState pool;
  pool.name = "rxq";
  pool.resource = "rxlease.dev/rxq";
  for (std::uint32_t queue = 1; queue < 4; ++queue) {
    pool.devices.push_back(
        pools::judge({"nic0", queue}, &snapshot.nics[0], snapshot.attachments, snapshot.namespaces));
  }
  snapshot.pools = {pool};
  return snapshot;
}

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

TEST(Tables, ShowLeases) {
  EXPECT_EQ(to_tables(overview_of(snapshot()), Topic::leases, false),
            "DEVICE    STATE    POD         CONTAINER     INTERFACE         QUEUE\n"
            "nic0-rx2  foreign  -           -             ifindex 77, host  4\n"
            "nic0-rx3  leased   shop/web-0  4f1e8a2b9c3d  eth0              1\n");
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

TEST(Json, HasEveryMemberThatIsPromised) {
  const auto all = json::parse(to_json_text(overview_of(snapshot()), Topic::all));
  const auto names = [](const json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    return keys;  // in alphabetic order
  };
  EXPECT_THAT(names(all), ElementsAre("kernelCanLease", "leases", "nics", "pods", "pools", "queues",
                                      "unreadableRecords"));
  EXPECT_THAT(
      names(all.at("nics")[0]),
      ElementsAre("bus", "canLease", "cannotLeaseReason", "driver", "foreignLeases", "ifindex", "interface",
                  "leasedQueues", "link", "name", "numaNode", "parent", "pools", "rxQueues"));
  EXPECT_THAT(names(all.at("pools")[0]),
              ElementsAre("free", "healthy", "leased", "name", "nics", "problems", "queues", "resource",
                          "unhealthy", "unhealthyReasons", "use"));
  EXPECT_THAT(names(all.at("pools")[0].at("unhealthyReasons")[0]), ElementsAre("queues", "reason"));
  EXPECT_THAT(names(all.at("queues")[0]),
              ElementsAre("device", "healthy", "holder", "interface", "nic", "numaNode", "pool", "queue",
                          "reason", "rxBytes", "rxPackets", "use"));
  EXPECT_THAT(names(all.at("leases")[1]),
              ElementsAre("device", "flows", "holder", "ifindex", "netnsId", "network", "pairing", "pool",
                          "queue", "state", "takenBy"));
  EXPECT_THAT(names(all.at("leases")[1].at("holder")),
              ElementsAre("containerId", "interface", "netns", "podName", "podNamespace", "podUid"));
  EXPECT_THAT(names(all.at("pods")[0]), ElementsAre("containerId", "devices", "interfaces", "netns",
                                                    "podName", "podNamespace", "podUid"));
}

TEST(Json, IsNullWhereNothingIsKnown) {
  const auto all = json::parse(to_json_text(overview_of(snapshot()), Topic::all));
  EXPECT_TRUE(all.at("leases")[0].at("holder").is_null());
  EXPECT_TRUE(all.at("leases")[0].at("netnsId").is_null());
  EXPECT_TRUE(all.at("nics")[0].at("cannotLeaseReason").is_null());
  EXPECT_TRUE(all.at("queues")[0].at("reason").is_null());
}

TEST(Json, HasOneTopicWhenAskedForOne) {
  const auto object = json::parse(to_json_text(overview_of(snapshot()), Topic::pods));
  EXPECT_EQ(object.size(), 1U);
  EXPECT_EQ(object.at("pods")[0].at("podName"), "web-0");
  const auto pools = json::parse(to_json_text(overview_of(snapshot()), Topic::pools));
  EXPECT_EQ(pools.size(), 1U);
  EXPECT_EQ(pools.at("pools")[0].at("use"), "memory-provider");
}

TEST(Json, SurvivesNamesThatAreNotUtf8) {
  auto given = snapshot();
  given.attachments[0].network = "\xff";
  EXPECT_NO_THROW(to_json_text(overview_of(given), Topic::all));
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
