// SPDX-License-Identifier: Apache-2.0
//
// Behind another plugin, as the later plugins of a configuration list are called: prevResult comes in and
// goes out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/system/fixture/node.h"
#include "tests/system/fixture/plugin/result_rules.h"
#include "tests/system/fixture/sockets/traffic.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// A pod whose main link is a veth of the reference plugin ptp.
class Chain : public Node {
 protected:
  Chain() {
    main_conf = {{"cniVersion", "1.1.0"},
                 {"name", "zerocopy"},
                 {"type", "ptp"},
                 {"ipam", runtime.host_local({"10.33.0.0/24"}, json::array({{{"dst", "0.0.0.0/0"}}}))}};
    const auto answer = runtime.call_reference("ptp", "ADD", pod.attachment(), main_conf);
    EXPECT_TRUE(succeeded(answer));
    prev_result = answer.object;
  }

  json single(const json& members = json::object()) const {
    auto conf = leasing({7, 6}, members);
    conf["pairing"] = "single";
    return conf;
  }

  json chained(json conf) const {
    conf["prevResult"] = prev_result;
    return conf;
  }

  json main_conf;
  json prev_result;
};

TEST_F(Chain, AddsASingleBesideTheMainLink) {
  attached(chained(single()));
  const auto link = pod.link("rxq0");
  ASSERT_TRUE(link && link->netkit());
  EXPECT_EQ(link->netkit()->pairing, kernel::NetkitPairing::single);
  EXPECT_EQ(nic.leases().at(7).ifindex, link->ifindex());
  EXPECT_EQ(pod.link("eth0")->linkinfo->kind, "veth");
  EXPECT_TRUE(tcp_echo(host(), pod.netns(), "10.33.0.2"));
}

TEST_F(Chain, NamesTheSingleAsConfigured) {
  attached(chained(single({{"interface", "fast1"}})));
  EXPECT_TRUE(pod.link("fast1"));
  EXPECT_FALSE(pod.link("rxq0"));
}

TEST_F(Chain, PutsTheInterfaceBehindThoseOfThePlugins) {
  const auto result = attached(chained(single()));
  auto expected = prev_result;
  expected["interfaces"].push_back({{"name", "rxq0"}, {"mtu", 1500}, {"sandbox", pod.path()}});
  EXPECT_EQ(result, expected);
  EXPECT_EQ(breaches(result, "1.1.0"), std::vector<std::string>{});
}

TEST_F(Chain, HandsPrevResultOnUntouchedWhenThePodAskedForNoQueue) {
  const auto before = snapshot();
  for (const auto* const pairing : {"single", "pair"}) {
    auto conf = chained(runtime.network({{"pairing", pairing}}));
    conf["prevResult"]["dns"] = {{"nameservers", {"192.0.2.53"}}};
    const auto answer = runtime.add(pod.attachment(), conf);
    if (pairing == std::string("pair")) {
      EXPECT_TRUE(failed(answer, 7, {"pairing", "cannot follow another plugin"}));
      continue;
    }
    EXPECT_TRUE(succeeded(answer));
    EXPECT_EQ(answer.object, conf["prevResult"]);
    EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), conf, answer.object)));
    EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  }
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Chain, PassesItsCheckWithTheWholeListsResult) {
  const auto result = attached(chained(single()));
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), single(), result)));
  set_link(pod.netns(), pod.link("rxq0")->ifindex(), false);
  EXPECT_TRUE(failed(runtime.check(pod.attachment(), single(), result), 101, {"rxq0 is down"}));
}

// The plugins behind us may have given their own interfaces addresses.
TEST_F(Chain, LeavesTheAddressesOfOthersToThemInCheck) {
  auto result = attached(chained(single()));
  result["ips"].push_back({{"address", "192.0.2.7/24"}, {"interface", 1}});
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), single(), result)));
}

TEST_F(Chain, GivesASingleAddressesOfItsOwn) {
  const auto conf = single({{"ipam", runtime.host_local({"10.44.0.0/24"})}});
  const auto result = attached(chained(conf));
  EXPECT_EQ(result["ips"].back(),
            (json{{"address", "10.44.0.2/24"}, {"gateway", "10.44.0.1"}, {"interface", 2}}));
  EXPECT_EQ(breaches(result, "1.1.0"), std::vector<std::string>{});
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), conf, result)));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_TRUE(tcp_echo(host(), pod.netns(), "10.33.0.2")) << "the main network is as it was";
}

TEST_F(Chain, IsUndoneWithAndWithoutPrevResult) {
  const auto before = snapshot();
  for (const bool with_result : {true, false}) {
    const auto result = attached(chained(single()));
    auto conf = single();
    if (with_result) conf["prevResult"] = result;
    EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
    EXPECT_EQ(snapshot(), before) << with_result;
  }
  EXPECT_TRUE(succeeded(runtime.call_reference("ptp", "DEL", pod.attachment(), main_conf)));
}

TEST_F(Chain, UndoesOnlyItsOwnPart) {
  const auto before = snapshot();
  auto taken = chained(single({{"leaseTimeoutMs", 1}}));
  taken["devices"].push_back(nic.device_id(8));
  EXPECT_TRUE(failed(runtime.add(pod.attachment(), taken), 7, {"no receive queue 8"}));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Chain, WarnsThatAVethTakesNoZeroCopyPayload) {
  const auto answer = runtime.add(pod.attachment(), chained(single()));
  EXPECT_THAT(answer.errors, HasSubstr("main link eth0 is no netkit"));
}

TEST_F(Chain, RefusesAPairBehindAnotherPlugin) {
  const auto before = snapshot();
  EXPECT_TRUE(failed(runtime.add(pod.attachment(), chained(leasing({7}))), 7, {"pairing"}, {"single"}));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Chain, RefusesANameThatThePodHas) {
  const auto before = snapshot();
  EXPECT_TRUE(failed(runtime.add(pod.attachment(), chained(single({{"interface", "eth0"}}))), 4, {"eth0"}));
  EXPECT_EQ(snapshot(), before);
}

// rxlease behind itself: a pair, and later a single whose queues come and go without it.
using ChainOfOurOwn = Node;

TEST_F(ChainOfOurOwn, SharesOneContainersRecords) {
  const auto before = snapshot();
  const auto pair = leasing({7}, {{"ipam", runtime.host_local({"10.22.0.0/24"})}});
  auto single = leasing({6}, {{"pairing", "single"}});
  const auto first = attached(pair);
  single["prevResult"] = first;
  const auto answer = runtime.add(pod.attachment(), single);
  ASSERT_TRUE(succeeded(answer));
  EXPECT_EQ(answer.errors, "");
  EXPECT_EQ(runtime.records().size(), 2U);
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), pair, answer.object)));
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), single, answer.object)));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), single)));
  EXPECT_TRUE(pod.link("eth0"));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), pair)));
  EXPECT_EQ(snapshot(), before);
}

}  // namespace
}  // namespace rxlease::tests
