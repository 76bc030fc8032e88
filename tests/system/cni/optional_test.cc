// SPDX-License-Identifier: Apache-2.0
//
// Pods that asked for no queue, where rxlease is their main network.
#include <gtest/gtest.h>

#include "tests/system/fixture/node.h"
#include "tests/system/fixture/sockets/traffic.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

class WithoutQueues : public Node {
 protected:
  json conf(const json& members = json::object()) const {
    auto conf = runtime.network(members);
    conf["ipam"] = runtime.host_local({"10.22.0.0/24"});
    return conf;
  }
};

TEST_F(WithoutQueues, IsAnErrorThatNamesTheResourceAndWhoLacksIt) {
  const auto before = snapshot();
  auto attachment = pod.attachment();
  attachment.args = "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0";
  EXPECT_TRUE(failed(runtime.add(pod.attachment(), conf({{"resource", "example.com/fast"}})), 7,
                     {"container " + pod.name(), "example.com/fast", "CNI_ARGS"}, {"devices", "optional"}));
  // Only the daemon could know that a pod has none, and it is not there.
  EXPECT_TRUE(failed(runtime.add(attachment, conf({{"optional", true}})), 11,
                     {"pod shop/web-0", "there is no socket"},
                     {"rxlease-device-plugin", runtime.state_directory() + "/node.sock"}));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(WithoutQueues, GivesAPlainPairWhenTheyAreOptional) {
  const auto before = snapshot();
  const auto wanted = conf({{"optional", true}});
  const auto result = attached(wanted);
  EXPECT_EQ(pod.link()->num_rx_queues, 1U);
  EXPECT_TRUE(nic.leases().empty());
  EXPECT_TRUE(tcp_echo(host(), pod.netns(), "10.22.0.2"));
  EXPECT_TRUE(succeeded(runtime.check(pod.attachment(), wanted, result)));
  EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), wanted)));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(WithoutQueues, LeasesThemAllTheSameWhereThereAreSome) {
  auto wanted = conf({{"optional", true}});
  wanted["devices"] = nic.device_ids({7});
  attached(wanted);
  EXPECT_EQ(pod.link()->num_rx_queues, 2U);
  EXPECT_TRUE(nic.leases().contains(7));
}

TEST_F(WithoutQueues, TakesAnEmptyDeviceIdForNone) {
  attached(conf({{"optional", true}, {"deviceID", ""}}));
  EXPECT_EQ(pod.link()->num_rx_queues, 1U);
}

}  // namespace
}  // namespace rxlease::tests
