// SPDX-License-Identifier: Apache-2.0
//
// IPAM plugins that fail, and those that answer what cannot be used: nothing of the ADD stays, and the plugin
// has been asked to give back what it may have reserved.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/system/fixture/node.h"
#include "tests/system/fixture/plugin/scripted_ipam.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

class IpamFailure : public Node {
 protected:
  void expect_refusal(const ScriptedIpam& ipam, unsigned code, const std::vector<std::string>& message,
                      const std::vector<std::string>& details = {}) {
    const auto before = snapshot();
    const auto conf = leasing({7}, {{"ipam", {{"type", ipam.name()}}}, {"mtu", mtu}});
    EXPECT_TRUE(failed(runtime.add(pod.attachment(), conf), code, message, details));
    EXPECT_EQ(snapshot(), before);
    const auto who = pod.name() + " eth0";
    EXPECT_EQ(ipam.calls(), (std::vector<std::string>{"ADD " + who, "DEL " + who}));
  }

  void expect_refusal_of(const json& result, unsigned code, const std::vector<std::string>& message,
                         const std::vector<std::string>& details = {}) {
    expect_refusal(ScriptedIpam::answering(runtime, result.dump()), code, message, details);
  }

  // A result with these addresses.
  static json giving(const json& ips, const json& routes = json::array()) {
    return {{"cniVersion", "1.1.0"}, {"ips", ips}, {"routes", routes}};
  }

  unsigned mtu = 1500;
};

TEST_F(IpamFailure, IsPassedOnWithItsCodeAndText) {
  const ScriptedIpam ipam(runtime, R"(
    [ $CNI_COMMAND = DEL ] && exit 0
    echo '{"cniVersion":"1.1.0","code":11,"msg":"no addresses left","details":"ask tomorrow"}'; exit 1)");
  expect_refusal(ipam, 11, {"IPAM plugin scripted", "ADD", "no addresses left"}, {"ask tomorrow"});
}

// The runtime's log gets it.
TEST_F(IpamFailure, OfADelWithoutARecordForgesNoLineOfALog) {
  const ScriptedIpam ipam(
      runtime, R"sh(printf %s '{"code":999,"msg":"no\nrxlease: all is well\u001b[2J"}'; exit 1)sh");
  const auto answer = runtime.del(pod.attachment(), leasing({7}, {{"ipam", {{"type", ipam.name()}}}}));
  EXPECT_TRUE(succeeded(answer));
  EXPECT_EQ(std::ranges::count(answer.errors, '\n'), 1) << answer.errors;
  EXPECT_THAT(answer.errors, testing::HasSubstr(R"(no\nrxlease: all is well\x1b[2J)"));
}

TEST_F(IpamFailure, WithoutAnErrorObjectShowsWhatWasSaid) {
  const ScriptedIpam ipam(runtime, "[ $CNI_COMMAND = DEL ] && exit 0; echo segmentation fault; exit 139");
  expect_refusal(ipam, 6, {"scripted", "status 139"}, {"segmentation fault"});
}

TEST_F(IpamFailure, BySignalIsOneToo) {
  const ScriptedIpam ipam(runtime, "[ $CNI_COMMAND = DEL ] && exit 0; kill -9 $$");
  expect_refusal(ipam, 6, {"scripted", "status 137"});
}

TEST_F(IpamFailure, IsToAnswerNothing) {
  expect_refusal({runtime, "exit 0"}, 6, {"the result of IPAM plugin scripted is not JSON"});
}

TEST_F(IpamFailure, IsToAnswerGarbage) {
  expect_refusal({runtime, "[ $CNI_COMMAND = DEL ] || echo 'hello {'"}, 6, {"not JSON"}, {"'h'"});
}

TEST_F(IpamFailure, IsToAnswerSomethingElse) {
  expect_refusal_of(json::array({1, 2}), 6, {"scripted", "[1,2]"});
}

TEST_F(IpamFailure, IsToAnswerWithoutAddresses) {
  expect_refusal_of({{"cniVersion", "1.1.0"}}, 7, {"scripted", "no \"ips\""}, {"leave \"ipam\" out"});
  expect_refusal_of(giving(json::array()), 7, {"scripted", "no \"ips\""});
}

TEST_F(IpamFailure, IsToAnswerInAVersionThatNobodyKnows) {
  expect_refusal_of({{"cniVersion", "9.9.9"}, {"ips", {{{"address", "10.22.0.2/24"}}}}}, 7,
                    {"cniVersion", "9.9.9"});
}

TEST_F(IpamFailure, IsToGiveAnAddressThatIsNone) {
  expect_refusal_of(giving({{{"address", "10.22.0.300/24"}}}), 7, {"ips[0].address", "10.22.0.300/24"});
}

TEST_F(IpamFailure, IsAGatewayOfAnotherFamily) {
  expect_refusal_of(giving({{{"address", "10.22.0.2/24"}, {"gateway", "fd00::1"}}}), 7,
                    {"gateway", "fd00::1"});
}

TEST_F(IpamFailure, IsARouteThatTheKernelCannotResolve) {
  expect_refusal_of(giving({{{"address", "10.22.0.2/24"}, {"gateway", "10.22.0.1"}}},
                           {{{"dst", "192.0.2.0/24"}, {"gw", "198.51.100.1"}}}),
                    7, {"routes", "192.0.2.0/24 via 198.51.100.1", "eth0"}, {"a gateway that"});
}

TEST_F(IpamFailure, IsAnAddressThatNoLinkCanHave) {
  expect_refusal_of(giving({{{"address", "224.0.0.1/24"}}}), 7, {"224.0.0."});
  expect_refusal_of(giving({{{"address", "ff02::1/64"}}}), 7, {"ff02::1/64"});
}

TEST_F(IpamFailure, IsAnIPv6AddressOnALinkTooNarrowForIt) {
  mtu = 1000;
  expect_refusal_of(giving({{{"address", "fd00:22::2/64"}}}), 7, {"mtu", "1000", "IPv6"}, {"1280"});
}

using IpamMissing = Node;

TEST_F(IpamMissing, IsSaidBeforeAnythingIsDone) {
  const auto before = snapshot();
  const auto conf = leasing({7}, {{"ipam", {{"type", "nowhere"}}}});
  EXPECT_TRUE(
      failed(runtime.add(pod.attachment(), conf), 7, {"ipam.type", "nowhere"}, {runtime.own_plugins()}));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(IpamMissing, IsNoFileThatCannotBeExecuted) {
  const auto before = snapshot();
  const ScriptedIpam ipam(runtime, "");
  chmod((runtime.own_plugins() + "/scripted").c_str(), 0644);
  EXPECT_TRUE(failed(runtime.add(pod.attachment(), leasing({7}, {{"ipam", {{"type", "scripted"}}}})), 7,
                     {"scripted"}));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(IpamMissing, NamesCniPathWhenItIsEmpty) {
  runtime.cni_path.clear();
  EXPECT_TRUE(failed(runtime.add(pod.attachment(), leasing({7}, {{"ipam", {{"type", "host-local"}}}})), 4,
                     {"CNI_PATH"}, {"CNI_PATH"}));
}

using IpamRefusal = Node;

// host-local without ranges says so to ADD and to DEL.
TEST_F(IpamRefusal, OfItsConfigurationLeavesNothing) {
  const auto before = snapshot();
  auto ipam = runtime.host_local({});
  const auto conf = leasing({7}, {{"ipam", ipam}});
  const auto answer = runtime.add(pod.attachment(), conf);
  EXPECT_EQ(answer.status, 1);
  EXPECT_NE(answer.message().find("host-local"), std::string::npos) << answer.text;
  EXPECT_EQ(answer.errors, "");
  EXPECT_EQ(snapshot(), before);
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
  EXPECT_EQ(snapshot(), before);
}

using IpamExhausted = Node;

// A range of one address: the second pod's ADD fails, and leaves the first pod's address alone.
TEST_F(IpamExhausted, LeavesThePodThatHasTheAddressAlone) {
  auto ipam = runtime.host_local({"10.22.0.0/24"});
  ipam["ranges"][0][0]["rangeStart"] = ipam["ranges"][0][0]["rangeEnd"] = "10.22.0.5";
  attached(leasing({7}, {{"ipam", ipam}}));
  Pod other;
  const auto before = snapshot({&other});
  const auto answer = runtime.add(other.attachment(), leasing({6}, {{"ipam", ipam}}));
  EXPECT_EQ(answer.status, 1);
  EXPECT_NE(answer.message().find("host-local"), std::string::npos) << answer.text;
  EXPECT_EQ(snapshot({&other}), before);
}

}  // namespace
}  // namespace rxlease::tests
