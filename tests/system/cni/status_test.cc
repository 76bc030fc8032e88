// SPDX-License-Identifier: Apache-2.0
//
// STATUS on a kernel that can lease. What it says on one that cannot: tests/unit/cni/host_kernel_test.cc.
#include <gtest/gtest.h>

#include "tests/system/fixture/node.h"
#include "tests/system/fixture/plugin/scripted_ipam.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

using Status = Node;

TEST_F(Status, IsGoodOnANodeThatCanServeAnAdd) {
  const auto answer = runtime.status(leasing({7}, {{"ipam", runtime.host_local({"10.22.0.0/24"})}}));
  EXPECT_TRUE(succeeded(answer));
  EXPECT_EQ(answer.text, "");
}

// While a node boots, the daemon starts when it can.
TEST_F(Status, IsGoodBeforeTheDaemonRuns) {
  for (const bool optional : {false, true}) {
    EXPECT_TRUE(succeeded(runtime.status(runtime.network({{"optional", optional}}))));
  }
}

TEST_F(Status, IsGoodWhileAllQueuesAreTaken) {
  attached(leasing({7}));
  EXPECT_TRUE(succeeded(runtime.status(leasing({7}))));
}

TEST_F(Status, SaysThatTheNicIsMissing) {
  const auto conf = leasing({7});
  const auto device = nic.device_id(7);
  nic.unplug();
  EXPECT_TRUE(failed(runtime.status(conf), 51, {device, "this node has no NIC"}));
}

TEST_F(Status, PassesOnWhatTheIpamPluginSays) {
  const ScriptedIpam ipam(runtime,
                          R"(echo '{"cniVersion":"1.1.0","code":50,"msg":"no addresses left"}'; exit 1)");
  EXPECT_TRUE(failed(runtime.status(leasing({7}, {{"ipam", {{"type", ipam.name()}}}})), 50,
                     {"scripted", "no addresses left"}));
  EXPECT_EQ(ipam.calls(), std::vector<std::string>{"STATUS  "});
}

TEST_F(Status, SaysThatTheIpamPluginIsMissing) {
  EXPECT_TRUE(
      failed(runtime.status(leasing({7}, {{"ipam", {{"type", "nowhere"}}}})), 7, {"nowhere", "CNI_PATH"}));
}

TEST_F(Status, ChangesNothing) {
  const auto before = snapshot();
  runtime.status(leasing({7}, {{"ipam", runtime.host_local({"10.22.0.0/24"})}}));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Status, IsNoVerbOfOlderVersions) {
  EXPECT_TRUE(failed(runtime.status(leasing({7}, {{"cniVersion", "1.0.0"}})), 1, {"1.0.0", "STATUS"}));
}

}  // namespace
}  // namespace rxlease::tests
