// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "kernel/ethtool/ethtool.h"
#include "kernel/netlink/nsids.h"
#include "tests/system/ctl/ctl.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/netkit.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class Show : public Ctl {
 protected:
  void lease(const std::vector<std::uint32_t>& queues) {
    const auto answer = runtime.add(named_pod(), leasing(queues));
    ASSERT_TRUE(succeeded(answer));
  }

  // Leases queue 7 to a netkit in the pod that no record knows of.
  void lease_behind_our_back() {
    const auto made = kernel::Links(pod.netns().route()).newlink(netkit_single("other0", 1));
    const auto host_id = kernel::NsIds(pod.netns().route()).ensure_nsid(host().fd());
    netdev_of(pod.netns()).queue_create(made.ifindex(), {nic.ifindex(), {7}, host_id});
  }
};

TEST_F(Show, ListsLeasesWithTheirPods) {
  lease({7, 6});
  const auto text = show({"leases"});
  EXPECT_THAT(text, ContainsRegex(nic.device_id(6) + " +leased +shop/web-0 +pod-[0-9-]+ +eth0 +[12]\n"));
  EXPECT_THAT(text, ContainsRegex(nic.device_id(7) + " +leased +shop/web-0 +pod-[0-9-]+ +eth0 +[12]\n"));
}

TEST_F(Show, TellsTheLeasedQueueAsTheRecordDoes) {
  lease({7, 6});
  std::map<std::string, std::uint32_t> recorded, shown;
  const auto records = runtime.records();
  for (const auto& device : records.at(0).devices) recorded[device.id.to_string()] = device.queue.value();
  const auto leases = show_json({"leases"}).at("leases");
  for (const auto& lease : leases) shown[lease.at("device")] = lease.at("queue");
  EXPECT_EQ(shown, recorded);
}

TEST_F(Show, ListsPodsWithTheirDevices) {
  EXPECT_EQ(show({"pods"}), "No pod has a queue.\n");
  lease({7, 6});
  const auto pods = show_json({"pods"}).at("pods");
  ASSERT_EQ(pods.size(), 1U);
  EXPECT_EQ(pods[0].at("podNamespace"), "shop");
  EXPECT_EQ(pods[0].at("podName"), "web-0");
  EXPECT_EQ(pods[0].at("podUid"), "9b1d");
  EXPECT_EQ(pods[0].at("containerId"), pod.name());
  EXPECT_EQ(pods[0].at("interfaces"), json::array({"eth0"}));
  EXPECT_EQ(pods[0].at("devices"), json(nic.device_ids({6, 7})));
}

TEST_F(Show, ListsPoolsWithTheReasonsOfUnhealthyQueues) {
  lease({7});
  EXPECT_THAT(show({"pools"}), ContainsRegex("rxq +rxlease.dev/rxq +memory-provider +" + nic.port_name() +
                                             " +2 +1 +1 +2 +0 +-\n"));
  nic.set_up(false);
  EXPECT_THAT(show({"pools"}), ContainsRegex(" 2 +0 +0 +0 +2 +its NIC is down \\(2 queues\\)\n"));
  const auto pools = show_json({"pools"}).at("pools");
  ASSERT_EQ(pools.size(), 1U);
  EXPECT_EQ(pools[0].at("unhealthyReasons"), json::parse(R"([{"reason": "its NIC is down", "queues": 2}])"));
  nic.set_up(true);
  nic.unplug();  // no simulated NIC gets its carrier back
}

TEST_F(Show, ListsThePoolsQueues) {
  lease({7});
  const auto text = show({"queues"});
  EXPECT_THAT(text, ContainsRegex(nic.device_id(6) + " +rxq +free +healthy +- +-\n"));
  EXPECT_THAT(text, ContainsRegex(nic.device_id(7) + " +rxq +leased +healthy +shop/web-0 +-\n"));
  EXPECT_THAT(text, Not(HasSubstr(nic.device_id(5))));
}

TEST_F(Show, ListsQueuesInUseOutsideOfThePoolsToo) {
  lease({5});
  EXPECT_THAT(show({"queues"}), ContainsRegex(nic.device_id(5) + " +- +leased +healthy +shop/web-0"));
}

TEST_F(Show, ListsEveryQueueWithoutAConfiguration) {
  const auto finished = run({"show", "queues", "-o", "json"});
  ASSERT_EQ(finished.status, 0) << finished.errors;
  EXPECT_EQ(json::parse(finished.output).at("queues").size(), 8U);
}

TEST_F(Show, CallsALeaseThatNoRecordExplainsForeign) {
  lease_behind_our_back();
  EXPECT_THAT(show({"leases"}),
              ContainsRegex(nic.device_id(7) + " +foreign +- +- +ifindex [0-9]+, netns id [0-9]+ +1\n"));
  EXPECT_THAT(show({"queues"}),
              ContainsRegex(nic.device_id(7) + " +rxq +foreign lease +unhealthy +foreign +leased by"));
  const auto leases = show_json({"leases"}).at("leases");
  ASSERT_EQ(leases.size(), 1U);
  EXPECT_TRUE(leases[0].at("holder").is_null());
  EXPECT_TRUE(leases[0].at("netnsId").is_number());
}

TEST_F(Show, NamesThePodThatHasTakenAQueue) {
  lease({5});
  lease_behind_our_back();
  EXPECT_THAT(show({"leases"}),
              ContainsRegex(nic.device_id(7) + " +foreign +shop/web-0 +pod-[0-9-]+ +ifindex "));
  EXPECT_THAT(show({"queues"}),
              ContainsRegex(nic.device_id(7) + " +rxq +foreign lease +unhealthy +foreign: "
                                               "shop/web-0 +leased by .*that of shop/web-0"));
  const auto leases = show_json({"leases"}).at("leases");
  ASSERT_EQ(leases.size(), 2U);
  EXPECT_TRUE(leases[0].at("takenBy").is_null());
  EXPECT_EQ(leases[1].at("takenBy").at("podName"), "web-0");
  EXPECT_EQ(show_json({"nics"}).at("nics").at(0).at("foreignLeases"), 1);
}

TEST_F(Show, TellsWhatIsLeftToPrepare) {
  const auto ethtool = kernel::Ethtool::open(host().generic());
  kernel::Rings rings;
  rings.dev.dev_index = nic.ifindex();
  rings.tcp_data_split = kernel::TcpDataSplit::disabled;
  ethtool->rings_set(rings);
  EXPECT_THAT(show({"queues"}),
              ContainsRegex(nic.device_id(6) + " .*unhealthy .*its NIC is not prepared: "
                                               "tcp-data-split disabled to enabled is left to be set\n"));
  rings.tcp_data_split = kernel::TcpDataSplit::enabled;
  ethtool->rings_set(rings);
  EXPECT_THAT(show({"queues"}), ContainsRegex(nic.device_id(6) + " .*healthy "));
}

TEST_F(Show, TellsThatANicIsDown) {
  lease({7});
  nic.set_up(false);
  EXPECT_THAT(show({"nics"}), ContainsRegex(nic.port_name() + " +" + nic.ifname() + " .* down +rxq +yes\n"));
  EXPECT_THAT(show({"queues"}), ContainsRegex(nic.device_id(6) + " .*unhealthy .*its NIC is down\n"));
  EXPECT_THAT(show({"leases"}), ContainsRegex(nic.device_id(7) + " +recorded +shop/web-0"));
  nic.set_up(true);
  EXPECT_THAT(show({"nics"}), ContainsRegex(" no carrier +rxq +yes\n"));
  nic.unplug();  // no simulated NIC gets its carrier back
}

TEST_F(Show, WithoutATopicIsAnOverview) {
  lease({7});
  const auto text = show({});
  EXPECT_THAT(text, AllOf(HasSubstr("NIC "), HasSubstr("\n\nPOOL "), HasSubstr("\n\nDEVICE ")));
  EXPECT_THAT(text, ContainsRegex("rxq +rxlease.dev/rxq +2 +1 +1 +0 +-\n"));
  const auto all = show_json({});
  for (const auto* topic :
       {"nics", "pools", "queues", "leases", "pods", "unreadableRecords", "kernelCanLease"}) {
    EXPECT_TRUE(all.contains(topic)) << topic;
  }
}

TEST_F(Show, SaysMoreWhenAskedTo) {
  lease({7});
  EXPECT_THAT(show({"leases", "-o", "wide"}),
              ContainsRegex("rxq +leased +shop/web-0 .* zerocopy +pair +- +" + pod.path()));
  EXPECT_THAT(show({"nics", "--output", "wide"}), AllOf(HasSubstr("IFINDEX"), HasSubstr("BUS")));
}

TEST_F(Show, TellsWhatEachQueueReceived) {
  std::map<std::string, std::uint64_t> counted, shown;
  for (const auto& entry : netdev_of(host()).qstats_get_dump(nic.ifindex())) {
    if (entry.queue_type != kernel::QueueType::rx || entry.queue_id.value() < 6) continue;
    counted[nic.device_id(*entry.queue_id)] = entry.rx_packets.value();
  }
  const auto queues = show_json({"queues"}).at("queues");
  for (const auto& queue : queues) shown[queue.at("device")] = queue.at("rxPackets");
  EXPECT_EQ(shown, counted);
  EXPECT_THAT(show({"queues", "-o", "wide"}), AllOf(HasSubstr("RX PACKETS"), HasSubstr("RX BYTES")));
}

TEST_F(Show, LeavesNoTrace) {
  const auto before = snapshot();
  for (const auto* topic : {"nics", "pools", "queues", "leases", "pods"}) show({topic});
  EXPECT_EQ(snapshot(), before);
  EXPECT_FALSE(std::filesystem::exists(runtime.state_directory() + "/pools.json"));
}

TEST_F(Show, TakesCommonOptionsBeforeTheVerbToo) {
  const auto finished = run({"--config", config(), "-o", "json", "show", "pools"});
  ASSERT_EQ(finished.status, 0) << finished.errors;
  EXPECT_EQ(json::parse(finished.output), show_json({"pools"}));
  const auto checked = run({"--config", config(), "--output", "json", "check"});
  EXPECT_EQ(json::parse(checked.output).at("missing"), 0) << checked.output;
}

TEST_F(Show, TakesTheOptionBehindTheVerbIfItIsGivenTwice) {
  const auto finished = run({"--config", node / "none.yaml", "show", "pools", "--config", config()});
  EXPECT_EQ(finished.status, 0) << finished.errors;
}

TEST_F(Show, NamesPoolsThatItLeavesOut) {
  configure(usual_pool() + ", { name: broken, selectors: {}, queues: { count: 1 } }");
  const auto finished = run({"show", "--config", config()});
  EXPECT_EQ(finished.status, 0);
  EXPECT_THAT(finished.errors, AllOf(HasSubstr(config() + ":"), HasSubstr("this pool is left out")));
}

TEST_F(Show, NeedsAConfigurationThatIsNamedToBeThere) {
  const auto finished = run({"show", "--config", node / "none.yaml"});
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.errors, HasSubstr("there is no such file"));
}

// With all capabilities until the program is found, wherever it was built.
void become_nobody() {
  prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP);
  if (setresuid(65534, 65534, 65534) != 0) _exit(126);
}

TEST_F(Show, SaysThatItNeedsRoot) {
  const auto finished = run({"show"}, become_nobody);
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.errors, HasSubstr("show needs root"));
}

TEST_F(Show, CheckSaysWhatItCannotTellWithoutRoot) {
  const auto finished = check(become_nobody);
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output, HasSubstr("missing  rights: this process lacks CAP_NET_ADMIN"));
}

TEST_F(Show, FailsWhenNobodyTakesWhatItPrints) {
  const auto finished = run({"show", "--config", config()}, [] {
    const int full = open("/dev/full", O_WRONLY);
    dup2(full, STDOUT_FILENO);
  });
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.errors, HasSubstr("No space left on device"));
}

TEST(Usage, ThatIsWrongIsNamedAndEndsWithTwo) {
  struct Mistake {
    std::vector<std::string> arguments;
    std::string message;
  };
  const std::vector<Mistake> mistakes{
      {{}, "show, top, check, guard, lease, support-bundle or completion is required"},
      {{"shwo"}, "shwo"},
      {{"show", "moons"}, "topic: \"moons\" is none of leases, nics, pods, pools, queues"},
      {{"show", "-o", "xml"}, "--output: \"xml\" is none of json, table, wide"},
      {{"show", "--watch=3"}, "watch was given"},
      {{"show", "leases", "pods"}, "pods"},
      {{"-o", "xml", "show"}, "--output: \"xml\" is none of json, table, wide"},
      {{"--config", "f", "check", "--pod"}, "--pod excludes --config"},
      {{"check", "-o", "table"}, "--output: \"table\" is none of json, text"},
      {{"check", "--config"}, "--config"},
      {{"check", "--fix"}, "--fix"}};
  for (const auto& mistake : mistakes) {
    ChildProcess::Options options;
    options.arguments = mistake.arguments;
    const auto finished =
        ChildProcess(std::string(std::getenv("RXLEASE_BUILD")) + "/bin/rxleasectl", options).wait();
    EXPECT_EQ(finished.status, 2) << mistake.message;
    EXPECT_THAT(finished.errors, AllOf(HasSubstr("rxleasectl: "), HasSubstr(mistake.message),
                                       HasSubstr("see rxleasectl --help\n")));
    EXPECT_EQ(finished.output, "") << mistake.message;
  }
}

}  // namespace
}  // namespace rxlease::tests
