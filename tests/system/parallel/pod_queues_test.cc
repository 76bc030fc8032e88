// SPDX-License-Identifier: Apache-2.0
//
// A pod's attachments, made at the same time, share out the queues that kubelet allocated to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scripted/node/node_daemon.h"
#include "tests/system/fixture/node.h"

namespace rxlease::tests {
namespace {

using testing::SizeIs;

class PodQueues : public Node {
 protected:
  PodQueues() {
    daemon.kubelet.allocate("shop", "web-0", "main", "rxlease.dev/rxq", nic.device_ids({7, 4}));
    daemon.kubelet.allocate("shop", "web-0", "side", "rxlease.dev/rxq", nic.device_ids({6, 5}));
    daemon.kubelet.allocate("shop", "web-1", "main", "rxlease.dev/rxq", nic.device_ids({3}));
  }

  Attachment attachment(const std::string& ifname) const {
    auto attachment = pod.attachment(ifname);
    attachment.args = "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0";
    return attachment;
  }

  ScratchDirectory scratch;
  NodeDaemon daemon{runtime.state_directory(), scratch / "kubelet.sock"};
  nlohmann::json two = runtime.network({{"pairing", "single"}, {"queues", 2}});
};

TEST_F(PodQueues, AreSharedOutWithoutOverlapByTwoAddsAtOnce) {
  EXPECT_TRUE(succeeded(runtime.status(two)));
  const auto before = snapshot();
  for (int round = 0; round < 10; ++round) {
    auto first = runtime.start("ADD", attachment("net1"), two);
    auto second = runtime.start("ADD", attachment("net2"), two);
    ASSERT_TRUE(succeeded(Runtime::finish(std::move(first))));
    ASSERT_TRUE(succeeded(Runtime::finish(std::move(second))));

    const auto leases = nic.leases();
    ASSERT_THAT(leases, SizeIs(4));
    for (const std::uint32_t queue : {4U, 5U, 6U, 7U}) EXPECT_TRUE(leases.contains(queue)) << queue;
    EXPECT_EQ(pod.link("net1")->num_rx_queues, 3U);
    EXPECT_EQ(pod.link("net2")->num_rx_queues, 3U);
    EXPECT_TRUE(failed(runtime.add(attachment("net3"), two), 7, {"pod shop/web-0", "hold all 4"}));

    EXPECT_TRUE(succeeded(runtime.del(attachment("net1"), two)));
    EXPECT_TRUE(succeeded(runtime.del(attachment("net2"), two)));
    EXPECT_EQ(snapshot(), before);
  }
}

}  // namespace
}  // namespace rxlease::tests
