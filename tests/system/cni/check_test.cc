// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernel/netlink/nsids.h"
#include "tests/system/fixture/node.h"
#include "tests/system/fixture/plugin/requests.h"
#include "tests/system/fixture/plugin/scripted_ipam.h"

namespace rxlease::tests {
namespace {

using kernel::IpPrefix;
using nlohmann::json;

// A pod with a dual-stack pair; a test breaks something and names what CHECK says of it.
class Check : public Node {
 protected:
  json conf(const json& members = json::object()) const {
    auto conf = leasing({7, 6}, members);
    if (!conf.contains("ipam")) {
      conf["ipam"] = runtime.host_local({"10.22.0.0/24", "fd00:22::/64"},
                                        json::array({{{"dst", "0.0.0.0/0"}}, {{"dst", "::/0"}}}));
    }
    return conf;
  }

  void attach(const json& members = json::object()) {
    used = conf(members);
    result = attached(used);
    ASSERT_TRUE(succeeded(check()));
  }

  Answer check() const { return runtime.check(pod.attachment(), used, result); }
  testing::AssertionResult finds(const std::vector<std::string>& problems) const {
    return failed(check(), check_failed, problems, {"delete the pod"});
  }

  std::uint32_t pod_end() { return pod.link()->ifindex(); }
  std::uint32_t host_end() { return host_link(result)->ifindex(); }
  std::string host_name() { return result["interfaces"][0]["name"].get<std::string>(); }
  static IpPrefix prefix(const char* text) { return IpPrefix::parse(text).value(); }

  static constexpr unsigned check_failed = 101;
  json used;
  json result;
};

TEST_F(Check, FindsNothingRightAfterAdd) {
  attach();
  EXPECT_EQ(check().text, "");
}

TEST_F(Check, FindsADeletedAddressOfThePod) {
  attach();
  deladdr(pod.netns(), pod_end(), prefix("10.22.0.2/24"));
  EXPECT_TRUE(finds({"address 10.22.0.2/24 on eth0 is gone"}));
  deladdr(pod.netns(), pod_end(), prefix("fd00:22::2/64"));
  EXPECT_TRUE(finds({"address fd00:22::2/64 on eth0 is gone"}));
}

TEST_F(Check, FindsADeletedAddressOfTheHost) {
  attach();
  deladdr(host(), host_end(), prefix("10.22.0.1/32"));
  EXPECT_TRUE(finds({"address 10.22.0.1/32 on " + host_name() + " is gone"}));
}

TEST_F(Check, FindsADeletedRouteOfThePod) {
  attach();
  delroute(pod.netns(), pod_end(), prefix("0.0.0.0/0"));
  delroute(pod.netns(), pod_end(), prefix("::/0"));
  EXPECT_TRUE(
      finds({"route 0.0.0.0/0 via 10.22.0.1 on eth0 is gone", "route ::/0 via fd00:22::1 on eth0 is gone"}));
}

TEST_F(Check, FindsADeletedRouteOfTheHost) {
  attach();
  delroute(host(), host_end(), prefix("10.22.0.2/32"));
  delroute(host(), host_end(), prefix("fd00:22::2/128"));
  EXPECT_TRUE(finds({"route 10.22.0.2/32 on " + host_name(), "route fd00:22::2/128 on " + host_name()}));
}

TEST_F(Check, FindsADeletedNetkit) {
  attach();
  kernel::Links(host().route()).dellink(host_end());
  EXPECT_TRUE(finds({"interface eth0 is gone"}));
}

TEST_F(Check, FindsThePodsEndDown) {
  attach();
  set_link(pod.netns(), pod_end(), false);
  EXPECT_TRUE(finds({"interface eth0 is down"}));
}

TEST_F(Check, FindsTheHostsEndDown) {
  attach();
  set_link(host(), host_end(), false);
  EXPECT_TRUE(finds({"interface " + host_name() + " is down"}));
}

// The plugin tuning, behind this one, sets an MTU and leaves the result as it is.
TEST_F(Check, LeavesTheMtuToOthers) {
  for (const auto& members : {json::object(), json{{"mtu", 9000}}}) {
    attach(members);
    kernel::Link smaller;
    smaller.ifinfo.ifi_index = static_cast<int>(pod_end());
    smaller.mtu = 1400;
    kernel::Links(pod.netns().route()).setlink(smaller);
    EXPECT_TRUE(succeeded(check()));
    EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), used)));
  }
}

TEST_F(Check, FindsAnotherMac) {
  attach({{"mode", "l2"}, {"mac", "02:00:00:00:00:07"}});
  kernel::Link other;
  other.ifinfo.ifi_index = static_cast<int>(pod_end());
  other.address = kernel::Bytes{2, 0, 0, 0, 0, 8};
  kernel::Links(pod.netns().route()).setlink(other);
  EXPECT_TRUE(finds({"interface eth0 has MAC 02:00:00:00:00:08, not 02:00:00:00:00:07"}));
}

TEST_F(Check, FindsARenamedInterface) {
  attach();
  kernel::Link renamed;
  renamed.ifinfo.ifi_index = static_cast<int>(pod_end());
  renamed.ifname = "other";
  kernel::Links(pod.netns().route()).setlink(renamed);
  EXPECT_TRUE(finds({"interface eth0 is called other"}));
}

TEST_F(Check, FindsTheNicUnplugged) {
  attach();
  nic.unplug();
  EXPECT_TRUE(finds({"interface eth0 is gone"}));
}

TEST_F(Check, FindsTheNamespaceGone) {
  attach();
  pod.remove();
  EXPECT_TRUE(finds({"CNI_NETNS \"" + pod.path() + "\" is no network namespace"}));
}

TEST_F(Check, FindsAnotherNamespaceAtThePath) {
  attach();
  auto attachment = pod.attachment();
  const Pod other;
  attachment.netns = other.path();
  EXPECT_TRUE(failed(runtime.check(attachment, used, result), check_failed,
                     {"CNI_NETNS is another namespace than at ADD"}));
}

TEST_F(Check, FindsNoFaultInANicThatIsDown) {
  attach();
  nic.set_up(false);
  EXPECT_TRUE(succeeded(check()));
}

TEST_F(Check, FindsNoFaultInANicOfAnotherName) {
  attach();
  kernel::Link renamed;
  renamed.ifinfo.ifi_index = static_cast<int>(nic.ifindex());
  renamed.ifname = "uplink" + std::to_string(nic.ifindex());
  kernel::Links(host().route()).setlink(renamed);
  EXPECT_TRUE(succeeded(check()));
  nic.unplug();  // no NIC for the next test
}

TEST_F(Check, FindsEveryFaultAtOnce) {
  attach();
  deladdr(pod.netns(), pod_end(), prefix("10.22.0.2/24"));
  set_link(host(), host_end(), false);
  EXPECT_TRUE(finds({"address 10.22.0.2/24", "interface " + host_name() + " is down"}));
}

// The plugins behind us in the list may have given interfaces of theirs addresses.
TEST_F(Check, LeavesTheAddressesOfLaterPluginsToThem) {
  attach();
  result["interfaces"].push_back({{"name", "net1"}, {"sandbox", pod.path()}});
  result["ips"].push_back({{"address", "192.0.2.7/24"}, {"interface", 2}});
  EXPECT_TRUE(succeeded(check()));
}

TEST_F(Check, NeedsTheRecordOfTheAdd) {
  attach();
  ASSERT_TRUE(succeeded(runtime.del(pod.attachment(), used)));
  EXPECT_TRUE(failed(check(), check_failed, {"no record of interface eth0"}));
}

TEST_F(Check, NeedsTheResultOfTheAdd) {
  attach();
  EXPECT_TRUE(failed(runtime.call("CHECK", pod.attachment(), used), 7, {"prevResult"}));
}

TEST_F(Check, PassesOnWhatTheIpamPluginFinds) {
  attach();
  for (const auto& file : runtime.files()) {
    if (file.starts_with(runtime.ipam_directory())) std::remove(file.c_str());
  }
  const auto answer = check();
  EXPECT_EQ(answer.status, 1);
  EXPECT_NE(answer.message().find("host-local"), std::string::npos) << answer.message();
}

TEST_F(Check, IsNoVerbOfTheOldestVersion) {
  auto old = leasing({7}, {{"cniVersion", "0.3.1"}});
  const auto old_result = attached(old);
  EXPECT_TRUE(failed(runtime.check(pod.attachment(), old, old_result), 1, {"0.3.1", "CHECK"}, {"0.4.0"}));
}

TEST_F(Check, ServesASingle) {
  used = leasing({7}, {{"pairing", "single"}});
  result = attached(used);
  EXPECT_TRUE(succeeded(check()));
  set_link(pod.netns(), pod_end(), false);
  EXPECT_TRUE(finds({"interface eth0 is down"}));
  kernel::Links(pod.netns().route()).dellink(pod_end());
  EXPECT_TRUE(finds({"interface eth0 is gone"}));
}

}  // namespace
}  // namespace rxlease::tests
