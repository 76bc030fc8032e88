// SPDX-License-Identifier: Apache-2.0
//
// A pod's end, while or just after a process of its has an AF_XDP socket on a leased queue. Linux 7.3 takes a
// dead process's socket off the queue in the background; a netkit that goes before leaves the queue bound for
// good.
#include <signal.h>

#include <cstdlib>

#include "kernel/netlink/nsids.h"
#include "tests/system/afxdp/afxdp_node.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/kernel_log.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/sockets/xdp_socket.h"

namespace rxlease::tests {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;

class AfxdpRelease : public AfxdpNode {
 protected:
  // Nobody has it: neither a lease, nor an AF_XDP socket.
  testing::AssertionResult is_free(std::uint32_t queue) const {
    const auto found = netdev_of(host()).queue_get(nic->ifindex(), {queue});
    if (!found) return testing::AssertionFailure() << "there is no queue " << queue;
    return testing::AssertionResult(!found->xsk && (!found->lease || is_parked(*found->lease)))
           << "queue " << queue << (found->xsk ? " is bound to AF_XDP" : " is leased");
  }

  // A netkit in the pod, made by hand, that leases a queue and comes up.
  std::uint32_t lease_by_hand(std::uint32_t queue) {
    auto netkit = netkit_single("by-hand", 1);
    netkit.set_up();
    const auto ifindex = kernel::Links(pod.netns().route()).newlink(netkit).ifindex();
    const auto host_id = kernel::NsIds(pod.netns().route()).ensure_nsid(host().fd());
    netdev_of(pod.netns()).queue_create(ifindex, {nic->ifindex(), {queue}, host_id});
    return ifindex;
  }

  DeviceWatch::Health all_but(std::uint32_t queue) const {
    auto health_of = health("Healthy");
    health_of[nic->device_id(queue)] = "Unhealthy";
    return health_of;
  }

  void report() { configure({pool("afxdp", "[5-7]", "afxdp")}, "guard: off\n"); }
  void reclaim() { configure({pool("afxdp", "[5-7]", "afxdp")}, "foreignLeases: reclaim\nguard: off\n"); }

  const int rounds = std::getenv("RXLEASE_LINUX_CHECKS") != nullptr ? 3 : 20;
  KernelLog kernel_log;
};

TEST_F(AfxdpRelease, LeavesTheQueueFreeWhenThePodEndsAtOnceAfterItsProcess) {
  start();
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    const auto container = give(pod, {7});
    const auto process = echo(container, 7, 0);
    ASSERT_EQ(ask(client, 7007, 10).answered, 10U);
    process.kill(SIGKILL);
    const auto answer = detach(pod, {7});
    EXPECT_TRUE(succeeded(answer));
    EXPECT_EQ(answer.errors, "");
    ASSERT_TRUE(is_free(7));
  }
  EXPECT_THAT(kernel_log.complaints(), IsEmpty());
}

TEST_F(AfxdpRelease, LeavesBothQueuesOfAPodFree) {
  start();
  for (int round = 0; round < rounds / 2; ++round) {
    SCOPED_TRACE(round);
    const auto container = give(pod, {6, 7});
    std::vector<ChildProcess> processes;
    for (const std::uint32_t queue : {6U, 7U}) processes.push_back(echo(container, queue, 0));
    for (const auto& process : processes) process.kill(SIGKILL);
    EXPECT_TRUE(succeeded(detach(pod, {6, 7})));
    for (const std::uint32_t queue : {6U, 7U}) ASSERT_TRUE(is_free(queue));
  }
  EXPECT_THAT(kernel_log.complaints(), IsEmpty());
}

// The wait has a minimum, which no configuration takes away.
TEST_F(AfxdpRelease, LeavesTheQueueFreeThoughTheNetworkHasHardlyAnyTimeout) {
  start();
  for (int round = 0; round < rounds / 4; ++round) {
    SCOPED_TRACE(round);
    const auto container = give(pod, {7});
    const auto process = echo(container, 7, 0);
    ASSERT_EQ(ask(client, 7007, 10).answered, 10U);
    process.kill(SIGKILL);
    const auto answer = detach(pod, {7}, {{"leaseTimeoutMs", 1}});
    EXPECT_TRUE(succeeded(answer));
    EXPECT_EQ(answer.errors, "");
    ASSERT_TRUE(is_free(7));
  }
  EXPECT_THAT(kernel_log.complaints(), IsEmpty());
}

// A netkit that is down lists no queues, and a pod with CAP_NET_ADMIN can set its own down.
TEST_F(AfxdpRelease, WaitsForTheSocketsOfAPodThatHasSetItsInterfaceDown) {
  start();
  const auto container = give(pod, {7});
  auto process = echo(container, 7, 0);
  set_link(pod.netns(), pod.link("rxq0")->ifindex(), false);
  const auto began = std::chrono::steady_clock::now();
  const auto answer = detach(pod, {7}, {{"leaseTimeoutMs", 1}});
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(1900));
  EXPECT_TRUE(succeeded(answer));
  EXPECT_THAT(answer.errors, HasSubstr("after 2000 ms (the minimum) an AF_XDP socket still has a queue"));
  EXPECT_TRUE(is_free(7));
  process.kill(SIGKILL);
  process.wait();
  EXPECT_THAT(kernel_log.complaints(), IsEmpty());
}

// A pod has to go, whatever its processes do; the queue is taken from them.
TEST_F(AfxdpRelease, TakesTheQueueFromAProcessThatLivesOn) {
  start();
  const auto container = give(pod, {7});
  auto process = echo(container, 7, 0);
  ASSERT_EQ(ask(client, 7007, 10).answered, 10U);
  const auto began = std::chrono::steady_clock::now();
  const auto answer = detach(pod, {7}, {{"leaseTimeoutMs", 2700}});
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(2600));
  EXPECT_TRUE(succeeded(answer));
  EXPECT_THAT(answer.errors,
              HasSubstr("after 2700 ms (\"leaseTimeoutMs\") an AF_XDP socket still has a queue"));
  EXPECT_TRUE(is_free(7));
  process.kill(SIGKILL);
  process.wait();
  const auto next = give(other, {7});
  const auto after = echo(next, 7, 0);
  EXPECT_EQ(ask(client, 7007, 10).answered, 10U);
  EXPECT_THAT(kernel_log.complaints(), IsEmpty());
}

// Each round another queue: one that is taken again and again is not healthy for longer and longer.
TEST_F(AfxdpRelease, OfAForeignLeaseWaitsForTheEndOfAProcessAsWell) {
  report();
  start();
  for (int round = 0; round < rounds / 4; ++round) {
    SCOPED_TRACE(round);
    const auto queue = 5 + static_cast<std::uint32_t>(round) % 3;
    const auto ifindex = lease_by_hand(queue);
    {
      ASSERT_TRUE(watch->shows(all_but(queue)));
      const kernel::InsideNetNs inside(*kernel::NetNs::open(pod.path()));
      const XdpSocket socket(ifindex, 1);
      reclaim();
    }
    EXPECT_TRUE(watch->shows(health("Healthy")));
    ASSERT_TRUE(eventually([&] { return bool(is_free(queue)); }));
    report();
    EXPECT_TRUE(logs("was changed, and applies now", 2 * (round + 1))) << "once for each configuration";
  }
  EXPECT_THAT(kernel_log.complaints(), IsEmpty());
}

TEST_F(AfxdpRelease, OfAForeignLeaseComesThoughAProcessLivesOn) {
  report();
  start();
  const auto ifindex = lease_by_hand(7);
  ASSERT_TRUE(watch->shows(all_but(7)));
  std::optional<XdpSocket> socket;
  {
    const kernel::InsideNetNs inside(*kernel::NetNs::open(pod.path()));
    socket.emplace(ifindex, 1);
  }
  const auto began = std::chrono::steady_clock::now();
  reclaim();
  EXPECT_TRUE(watch->shows(health("Healthy")));
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(1900));
  EXPECT_TRUE(is_free(7));
  socket.reset();
  EXPECT_THAT(kernel_log.complaints(), IsEmpty());
}

}  // namespace
}  // namespace rxlease::tests
