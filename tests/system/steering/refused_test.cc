// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <linux/capability.h>

#include "kernel/netlink/addresses.h"
#include "tests/flow_match.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/plugin/scripted_ipam.h"
#include "tests/system/steering/steering_node.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

// What makes an ADD with steering fail, and that it changes nothing then.
class SteeringRefused : public SteeringNode {
 protected:
  void expect_refusal(const json& conf, unsigned code, const std::vector<std::string>& message,
                      const std::vector<std::string>& details) {
    const auto before = snapshot();
    EXPECT_TRUE(failed(runtime.add(pod.attachment(), conf), code, message, details));
    EXPECT_EQ(before, snapshot());
  }

  // An IPAM plugin that gives every pod the same address.
  json same_address(std::uint32_t queue) const {
    auto conf = steered({queue});
    conf["ipam"] = {{"type", same.name()}};
    return conf;
  }

  const ScriptedIpam same =
      ScriptedIpam::answering(runtime, R"({"cniVersion": "1.1.0", "ips": [{"address": "10.22.0.9/24"}]})");
};

TEST_F(SteeringRefused, ByANicWithoutFlowRules) {
  steering_nic.set("lacks/rules", "Y");
  expect_refusal(steered({7}), 7, {"steering", nic.ifname() + " has no flow rules"}, {"ntuple-filters"});
  EXPECT_TRUE(succeeded(runtime.status(steered({7})))) << "a pod may ask for no flow";
  steering_nic.set("lacks/rules", "N");
}

TEST_F(SteeringRefused, ByANicWithoutRssContexts) {
  steering_nic.set("lacks/contexts", "Y");
  expect_refusal(steered({6, 7}), 7, {"steering", nic.ifname() + " has no RSS contexts"}, {"\"queues\": 1"});
  attached(steered({7}));
  steering_nic.set("lacks/contexts", "N");
}

TEST_F(SteeringRefused, ByANicWithoutRss) {
  steering_nic.set("lacks/rss", "Y");
  expect_refusal(steered({6, 7}), 7, {"steering", nic.ifname() + " has no RSS contexts"}, {"\"queues\": 1"});
  attached(steered({7}));
  steering_nic.set("lacks/rss", "N");
}

// Else the node's own traffic to that address, such as SSH, would go to the pod.
TEST_F(SteeringRefused, ByAHostThatHasThePodsAddress) {
  const kernel::Links links(host().route());
  const auto link = links.newlink(netkit_single("by-hand", 1)).ifindex();
  kernel::Addresses(host().route()).newaddr(link, *kernel::IpPrefix::parse("10.22.0.9/32"));
  expect_refusal(same_address(7), 7, {"steering", "the host itself has", "10.22.0.9"},
                 {"an address that is free"});
  links.dellink(link);
  attached(same_address(7));
}

TEST_F(SteeringRefused, ByAnAddressThatThePodAskedFor) {
  auto conf = steered({7});
  conf["ipam"] = {{"type", "static"}};
  conf["runtimeConfig"] = {{"ips", {"10.22.0.9/24"}}};
  expect_refusal(conf, 7, {"steering", "10.22.0.9", "was asked for with the pod"},
                 {"podDestinations", "host-local"});
  conf["podDestinations"] = true;
  attached(conf);
}

TEST_F(SteeringRefused, ByATableThatIsFull) {
  for (std::uint16_t port = 1; port <= 47; ++port) {
    table().insert({to_host(kernel::Protocol::tcp, "10.0.0.1", {port, 0xffff}), {}});
  }
  expect_refusal(steered({6, 7}), 11, {"flow rule tcp6 dst-ip fd22::", "ENOSPC"},
                 {"table is full", "ethtool -n"});
  steering_nic.set("rules_need_location", "Y");
  expect_refusal(steered({6, 7}), 11, {"flow rule tcp6", "all 48 locations"}, {"table is full"});
  nic.unplug();
}

TEST_F(SteeringRefused, ByContextsThatAreAllTaken) {
  const auto contexts = *kernel::RssContexts::open(host().generic());
  for (std::uint32_t context = 1; context < 16; ++context) {
    contexts.rss_create_act(nic.ifindex(), context, kernel::Rss::spread({1}, 1));
  }
  expect_refusal(steered({6, 7}), 11, {"RSS context 16", "ERANGE"}, {"table is full"});
  nic.unplug();
}

TEST_F(SteeringRefused, ByAnyErrorOfTheDriver) {
  for (const auto* operation : {"context_create", "rule_insert"}) {
    for (const auto* after : {"0", "1"}) {
      steering_nic.set("after/" + std::string(operation), after);
      steering_nic.set("fail/" + std::string(operation), "5");
      if (operation == std::string("context_create") && after == std::string("1")) continue;
      expect_refusal(steered({6, 7}), 100, {"steering", "EIO"}, {});
      steering_nic.set("fail/" + std::string(operation), "0");
    }
    steering_nic.set("fail/" + std::string(operation), "0");
  }
}

// Its rules stay where they are, and the record too, by which DEL tries again.
TEST_F(SteeringRefused, UndoingIsFinishedByDel) {
  const auto before = snapshot();
  steering_nic.set("after/rule_insert", "1");
  steering_nic.set("fail/rule_insert", "5");
  steering_nic.set("fail/rule_delete", "5");
  const auto answer = runtime.add(pod.attachment(), steered({6, 7}));
  EXPECT_TRUE(failed(answer, 100, {"flow rule tcp6", "EIO"}));
  EXPECT_NE(answer.errors.find("could not remove the flow rules"), std::string::npos) << answer.errors;
  EXPECT_EQ(steering_nic.rules().size(), 1U);
  EXPECT_TRUE(failed(runtime.del(pod.attachment(), steered({6, 7})), 100, {"EIO"}));
  steering_nic.set("fail/rule_insert", "0");
  steering_nic.set("fail/rule_delete", "0");
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), steered({6, 7}))));
  EXPECT_EQ(before, snapshot());
}

TEST_F(SteeringRefused, ForAFlowOfAnotherPod) {
  Pod holder;
  auto attachment = holder.attachment();
  attachment.args = "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0";
  ASSERT_TRUE(succeeded(runtime.add(attachment, same_address(7))));
  expect_refusal(same_address(6), 11,
                 {"tcp4 dst-ip 10.22.0.9 dst-port 5201 goes to queue 7", "shop/web-0", holder.name()},
                 {"another address"});
  EXPECT_TRUE(succeeded(runtime.del(attachment, same_address(7))));
}

TEST_F(SteeringRefused, ForAFlowOfSomebodyUnknown) {
  const auto location =
      table().insert({to_host(kernel::Protocol::tcp, "10.22.0.9", {5200, 0xfff8}), {1, {}}});
  expect_refusal(same_address(6), 11, {"dst-port 5200-5207 goes to queue 1", "unknown to rxlease"},
                 {"ethtool -N " + nic.ifname() + " delete " + std::to_string(location)});
  EXPECT_TRUE(table().remove(location));
}

TEST_F(SteeringRefused, WithoutAnAddress) {
  expect_refusal(leasing({7}, {{"steering", {tcp_5201}}}), 7, {"steering", "no address"}, {"ipam"});
}

}  // namespace
}  // namespace rxlease::tests
