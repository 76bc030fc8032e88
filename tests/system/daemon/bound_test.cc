// SPDX-License-Identifier: Apache-2.0
//
// A queue that is bound without a lease: by a program of the host, or, as the kernel shows it, by nobody any
// more (docs/upstream/netkit-af-xdp.md).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/system/daemon/daemon_node.h"
#include "tests/system/fixture/sockets/xdp_socket.h"

namespace rxlease::tests {
namespace {

class BoundWithoutALease : public DaemonNode {
 protected:
  std::string bound_queues(int count) const {
    return R"(rxlease_queues{health="unhealthy",nic=")" + nic_name + R"(",pool="rxq",state="af_xdp"} )" +
           std::to_string(count);
  }
};

TEST_F(BoundWithoutALease, AQueueOfAPoolIsKeptFromPods) {
  configure({pool("rxq", nic->parent(), "[5-7]")}, "guard: off\n");
  start();
  {
    const XdpSocket socket(nic->ifindex(), 6);
    EXPECT_TRUE(watch->shows(health({6})));
    EXPECT_TRUE(logs({nic->device_id(6), "is unhealthy: it is bound to AF_XDP without a lease"}));
    EXPECT_TRUE(counts(bound_queues(1)));
    v1beta1::AllocateResponse response;
    EXPECT_FALSE(allocate_ids(*plugin(), nic->device_ids({6}), response).ok());
    EXPECT_TRUE(allocate_ids(*plugin(), nic->device_ids({7}), response).ok());
  }
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(BoundWithoutALease, AQueueOfTheHostIsItsProgramsToUse) {
  const XdpSocket socket(nic->ifindex(), 1);
  start();
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_THAT(metrics(), testing::Not(testing::HasSubstr("af_xdp\"}")));
}

}  // namespace
}  // namespace rxlease::tests
