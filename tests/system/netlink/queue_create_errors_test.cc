// SPDX-License-Identifier: Apache-2.0
//
// Every row of the table in which the kernel says why it creates no queue, but for "in use by memory
// provider": netdevsim takes none.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "kernel/netlink/links.h"
#include "kernel/netlink/nsids.h"
#include "tests/system/fixture/capabilities.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/nic/representors.h"
#include "tests/system/fixture/nic/simulated_nic.h"
#include "tests/system/fixture/pod.h"
#include "tests/system/fixture/refused.h"
#include "tests/system/fixture/sockets/xdp_socket.h"

namespace rxlease::tests {
namespace {

using kernel::Lease;
using kernel::Links;
using kernel::QueueType;

class QueueCreateRefuses : public testing::Test {
 protected:
  std::uint32_t in_pod(const kernel::Link& request) {
    return Links(pod.netns().route()).newlink(request).ifindex();
  }

  Lease lease(std::uint32_t ifindex, std::uint32_t queue = 7) { return {ifindex, {queue}, host_id}; }

  auto creating(std::uint32_t netkit, const Lease& wanted) {
    return [this, netkit, wanted] { netdev_of(pod.netns()).queue_create(netkit, wanted); };
  }

  SimulatedNic nic{8};
  Pod pod;
  std::int32_t host_id = kernel::NsIds(pod.netns().route()).ensure_nsid(host().fd());
};

TEST_F(QueueCreateRefuses, AQueueThatIsLeased) {
  const auto netkit = in_pod(netkit_single("nk0", 2));
  creating(netkit, lease(nic.ifindex()))();
  EXPECT_TRUE(
      refused(creating(netkit, lease(nic.ifindex())), EBUSY, "Device queue in use due to queue leasing"));
}

TEST_F(QueueCreateRefuses, AQueueOfAnXdpSocket) {
  const XdpSocket socket(nic.ifindex(), 7);
  const auto netkit = in_pod(netkit_single("nk0", 1));
  EXPECT_TRUE(refused(creating(netkit, lease(nic.ifindex())), EBUSY, "Device queue in use by AF_XDP"));
}

TEST_F(QueueCreateRefuses, ToGiveANicAQueue) {
  const auto creates = [&] {
    netdev_of(host()).queue_create(nic.ifindex(), {nic.ifindex(), {7}, std::nullopt});
  };
  EXPECT_TRUE(refused(creates, EINVAL, "Device is not a virtual device"));
}

TEST_F(QueueCreateRefuses, ToGiveAnyOtherVirtualDeviceAQueue) {
  const auto dummy = in_pod(plain_link("dummy0", "dummy"));
  EXPECT_TRUE(
      refused(creating(dummy, lease(nic.ifindex())), EINVAL, "Device does not support queue creation"));
}

TEST_F(QueueCreateRefuses, AQueueOfAVirtualDevice) {
  constexpr std::uint32_t loopback = 1;
  const auto netkit = in_pod(netkit_single("nk0", 1));
  EXPECT_TRUE(refused(creating(netkit, lease(loopback, 0)), EINVAL, "Lease device is a virtual device"));
}

TEST_F(QueueCreateRefuses, AQueueOfANicWhoseDriverCannot) {
  const auto representor = add_representor(nic);
  const auto netkit = in_pod(netkit_single("nk0", 1));
  EXPECT_TRUE(refused(creating(netkit, lease(representor.ifindex)), EINVAL,
                      "Lease device does not support queue management operations"));
}

TEST_F(QueueCreateRefuses, ATransmitQueue) {
  const auto netkit = in_pod(netkit_single("nk0", 1));
  const Lease wanted{nic.ifindex(), {7, QueueType::tx}, host_id};
  EXPECT_TRUE(refused(creating(netkit, wanted), EINVAL));
}

TEST_F(QueueCreateRefuses, MoreQueuesThanTheNetkitWasMadeFor) {
  const auto netkit = in_pod(netkit_single("nk0", 1));
  creating(netkit, lease(nic.ifindex(), 7))();
  EXPECT_TRUE(
      refused(creating(netkit, lease(nic.ifindex(), 6)), EINVAL, "netkit maximum queue limit reached"));
}

TEST_F(QueueCreateRefuses, ThePrimaryEndOfAPair) {
  auto request = netkit_pair("nk-host", "eth0", pod.netns().fd(), 1);
  request.num_rx_queues = 2;
  const auto primary = Links(host().route()).newlink(request);
  const auto creates = [&] {
    netdev_of(host()).queue_create(primary.ifindex(), {nic.ifindex(), {7}, std::nullopt});
  };
  EXPECT_TRUE(refused(creates, EOPNOTSUPP, "netkit can only lease against the peer device"));
}

TEST_F(QueueCreateRefuses, ASecondNic) {
  const SimulatedNic other(8);
  const auto netkit = in_pod(netkit_single("nk0", 2));
  creating(netkit, lease(nic.ifindex()))();
  EXPECT_TRUE(refused(creating(netkit, lease(other.ifindex())), EOPNOTSUPP,
                      "Leasing queues from different devices not supported"));
}

TEST_F(QueueCreateRefuses, AQueueThatTheNicHasNot) {
  const auto netkit = in_pod(netkit_single("nk0", 1));
  EXPECT_TRUE(refused(creating(netkit, lease(nic.ifindex(), 8)), ERANGE));
}

TEST_F(QueueCreateRefuses, ANamespaceThatNobodyNumbered) {
  const auto netkit = in_pod(netkit_single("nk0", 1));
  EXPECT_TRUE(refused(creating(netkit, {nic.ifindex(), {7}, 4711}), ENONET));
}

TEST_F(QueueCreateRefuses, DevicesThatAreNotThere) {
  const auto netkit = in_pod(netkit_single("nk0", 1));
  EXPECT_TRUE(refused(creating(4711, lease(nic.ifindex())), ENODEV));
  EXPECT_TRUE(refused(creating(netkit, lease(4711)), ENODEV));
}

TEST_F(QueueCreateRefuses, ANicThatIsInAnotherNamespaceThanSaid) {
  const auto netkit = in_pod(netkit_single("nk0", 1));
  EXPECT_TRUE(refused(creating(netkit, {nic.ifindex() + 1000, {7}, std::nullopt}), ENODEV));
}

TEST_F(QueueCreateRefuses, ACallerWithoutCapNetAdmin) {
  const auto netkit = in_pod(netkit_single("nk0", 1));
  testing::AssertionResult result = testing::AssertionFailure();
  const auto create = creating(netkit, lease(nic.ifindex()));
  without_capability(CAP_NET_ADMIN, [&] { result = refused(create, EPERM); });
  EXPECT_TRUE(result);
}

// As root of a user namespace of its own, which a pod with `hostUsers: false` is: CAP_NET_ADMIN over its
// network is not enough to reach for the host's.
TEST_F(QueueCreateRefuses, RootOfAnotherUserNamespace) {
  const int host_fd = host().fd();
  const pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) _exit(100);
    kernel::LinuxNamespace own(kernel::NetNs::current());
    const auto netkit = Links(own.route()).newlink(netkit_single("nk0", 1)).ifindex();
    const auto id = kernel::NsIds(own.route()).ensure_nsid(host_fd);
    const auto create = [&] { netdev_of(own).queue_create(netkit, {nic.ifindex(), {7}, id}); };
    _exit(refused(create, EPERM) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(WIFEXITED(status));
}

}  // namespace
}  // namespace rxlease::tests
