// SPDX-License-Identifier: Apache-2.0
//
// Every answer of queue-create that an ADD can provoke, and the CNI error that the runtime gets for it.
#include <gtest/gtest.h>
#include <linux/capability.h>

#include "kernel/netlink/nsids.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/nic/channels.h"
#include "tests/system/fixture/nic/representors.h"
#include "tests/system/fixture/node.h"
#include "tests/system/fixture/plugin/scripted_ipam.h"
#include "tests/system/fixture/sockets/xdp_socket.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;

class QueueRefused : public Node {
 protected:
  // An ADD that fails this way, and changes nothing.
  void expect_refusal(const json& conf, unsigned code, const std::vector<std::string>& message,
                      const std::vector<std::string>& details) {
    const auto before = snapshot();
    EXPECT_TRUE(failed(runtime.add(pod.attachment(), conf), code, message, details));
    EXPECT_EQ(snapshot(), before);
  }

  // A configuration whose addresses have to be given back too.
  json impatient(const std::vector<std::uint32_t>& queues) const {
    return leasing(queues, {{"leaseTimeoutMs", 20}, {"ipam", runtime.host_local({"10.22.0.0/24"})}});
  }

  static constexpr unsigned try_again_later = 11;
  static constexpr unsigned invalid_config = 7;
};

// EBUSY, "Device queue in use due to queue leasing", by a pod of ours.
TEST_F(QueueRefused, NamesThePodThatHasTheQueue) {
  Pod holder;
  auto attachment = holder.attachment();
  attachment.args = "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_UID=9f";
  ASSERT_TRUE(succeeded(runtime.add(attachment, leasing({7}))));
  expect_refusal(impatient({6, 7}), try_again_later,
                 {"device " + nic.device_id(7) + " is taken by shop/web-0",
                  "container " + holder.name() + ", interface eth0", "EBUSY",
                  "Device queue in use due to queue leasing"},
                 {"waited for 20 ms", "leaseTimeoutMs", "use another queue"});
}

TEST_F(QueueRefused, NamesTheContainerWhenThePodIsUnknown) {
  Pod holder;
  ASSERT_TRUE(succeeded(runtime.add(holder.attachment(), leasing({7}))));
  expect_refusal(impatient({7}), try_again_later,
                 {nic.device_id(7) + " is taken by container " + holder.name() + ", interface eth0"}, {});
}

// The same, by a netkit that nobody's record knows.
TEST_F(QueueRefused, DescribesAForeignLeaseInAPod) {
  Pod foreign;
  const auto netkit = kernel::Links(foreign.netns().route()).newlink(netkit_single("nk0", 1)).ifindex();
  const auto host_id = kernel::NsIds(foreign.netns().route()).ensure_nsid(host().fd());
  netdev_of(foreign.netns()).queue_create(netkit, {nic.ifindex(), {7}, host_id});
  nic.leases();  // gives the namespace its id
  expect_refusal(impatient({7}), try_again_later,
                 {nic.device_id(7) + " is taken by a device that rxlease did not make",
                  "ifindex " + std::to_string(netkit),
                  "network namespace with id " + std::to_string(foreign.nsid_in_host().value())},
                 {"20 ms"});
}

// The record of a pod that died without a DEL is no evidence against what the kernel says.
TEST_F(QueueRefused, DoesNotBlameADeadPodForAForeignLease) {
  Pod dead;
  ASSERT_TRUE(succeeded(runtime.add(dead.attachment(), leasing({7}))));
  const auto record = runtime.records().at(0);
  dead.remove();
  ASSERT_TRUE(eventually([&] { return nic.leases().empty(); }));
  Pod foreign;
  auto netkit = netkit_single("nk0", 1);
  netkit.ifinfo.ifi_index = static_cast<int>(record.interface_ifindex) + 1;
  const auto ifindex = kernel::Links(foreign.netns().route()).newlink(netkit).ifindex();
  const auto host_id = kernel::NsIds(foreign.netns().route()).ensure_nsid(host().fd());
  netdev_of(foreign.netns()).queue_create(ifindex, {nic.ifindex(), {7}, host_id});
  expect_refusal(impatient({7}), try_again_later,
                 {nic.device_id(7) + " is taken by a device that rxlease did not make, ifindex " +
                  std::to_string(ifindex)},
                 {});
}

TEST_F(QueueRefused, DescribesAForeignLeaseInTheHost) {
  const kernel::Links links(host().route());
  const auto netkit = links.newlink(netkit_single("foreign0", 1)).ifindex();
  netdev_of(host()).queue_create(netkit, {nic.ifindex(), {7}, std::nullopt});
  expect_refusal(impatient({7}), try_again_later,
                 {nic.device_id(7) + " is taken by a device that rxlease did not make",
                  "ifindex " + std::to_string(netkit), "in the host's namespace"},
                 {});
  links.dellink(netkit);
}

// EBUSY, "Device queue in use by AF_XDP".
TEST_F(QueueRefused, DescribesAnXdpSocket) {
  const XdpSocket socket(nic.ifindex(), 7);
  expect_refusal(impatient({7}), try_again_later,
                 {nic.device_id(7) + " is taken by an AF_XDP socket", "Device queue in use by AF_XDP"}, {});
}

TEST_F(QueueRefused, SaysThatTheKernelDoesNotTellWhileTheNicIsDown) {
  const XdpSocket socket(nic.ifindex(), 7);
  nic.set_up(false);
  expect_refusal(impatient({7}), try_again_later, {nic.device_id(7) + " is taken", "while the NIC is down"},
                 {});
}

// ERANGE.
TEST_F(QueueRefused, SaysHowManyQueuesThereAre) {
  expect_refusal(impatient({7, 8}), invalid_config,
                 {"device " + nic.device_id(8), "NIC " + nic.ifname() + " has no receive queue 8"},
                 {"it has 8", "ethtool -L"});
}

TEST_F(QueueRefused, ClaimsNoNumberOfQueuesOfANicThatIsDown) {
  nic.set_up(false);
  const auto answer = runtime.add(pod.attachment(), impatient({8}));
  EXPECT_TRUE(failed(answer, invalid_config, {"has no receive queue 8"}, {"ethtool -L"}));
  EXPECT_EQ(answer.details().find("has 0"), std::string::npos) << answer.details();
}

TEST_F(QueueRefused, CountsTheChannelsThatTheNicUses) {
  set_channels(nic.ifname(), 4);
  expect_refusal(impatient({7}), invalid_config, {"has no receive queue 7"}, {"it has 4", "ethtool -L"});
  set_channels(nic.ifname(), 8);
}

// ENODEV: the NIC is pulled out when ADD has found it already.
TEST_F(QueueRefused, SaysThatTheNicWentAway) {
  const auto conf = leasing({7}, {{"ipam", {{"type", "unplugging"}}}});
  const ScriptedIpam ipam(runtime,
                          "[ $CNI_COMMAND = ADD ] || exit 0\n"
                          "echo " +
                              nic.parent().substr(std::string("netdevsim").size()) +
                              " >/sys/bus/netdevsim/del_device\n"
                              "echo '{\"cniVersion\":\"1.1.0\",\"ips\":[{\"address\":\"10.22.0.2/24\"}]}'",
                          "unplugging");
  EXPECT_TRUE(failed(runtime.add(pod.attachment(), conf), try_again_later,
                     {nic.device_id(7), "NIC " + nic.ifname() + " went away", "ENODEV"},
                     {"plug the NIC back in"}));
  EXPECT_FALSE(pod.link());
  EXPECT_TRUE(runtime.files().empty());
  EXPECT_EQ(ipam.calls().size(), 2U);
}

// EINVAL, "Lease device does not support queue management operations".
TEST_F(QueueRefused, NamesANicThatCannotLease) {
  const SimulatedNic with_functions(8);
  const auto representor = add_representor(with_functions);
  auto conf = impatient({});
  conf["devices"] = {representor.name + "-rx0"};
  expect_refusal(conf, invalid_config,
                 {"device " + representor.name + "-rx0", "NIC " + representor.ifname + " cannot lease",
                  "Lease device does not support queue management operations"},
                 {"queue management operations", "mlx5_core"});
}

// Before anything is asked of the kernel: a netkit leases from one NIC (EOPNOTSUPP), and from one that exists
// (ENODEV).
TEST_F(QueueRefused, NamesTheQueueOfASecondNic) {
  const SimulatedNic other(8);
  auto conf = impatient({7});
  conf["devices"].push_back(other.device_id(6));
  expect_refusal(conf, invalid_config, {"devices[1]", other.device_id(6), "another NIC"},
                 {"two NICs take two attachments"});
}

TEST_F(QueueRefused, NamesANicThatIsNotThere) {
  auto conf = impatient({});
  conf["devices"] = {"netdevsim4711.p1-rx0"};
  expect_refusal(conf, invalid_config, {"netdevsim4711.p1-rx0", "this node has no NIC netdevsim4711.p1"},
                 {"<parent device>"});
}

// EPERM comes from the first thing that needs the capability, which is the netkit.
TEST_F(QueueRefused, FailsWithoutCapNetAdmin) {
  runtime.without_capability = CAP_NET_ADMIN;
  expect_refusal(impatient({7}), 100, {"EPERM"}, {});
}

TEST_F(QueueRefused, TakesNoQueueTwiceForOnePod) {
  auto conf = impatient({7, 7});
  expect_refusal(conf, invalid_config, {"devices[1]", nic.device_id(7), "twice"}, {"each queue once"});
}

// What was leased before the one that is refused goes back too.
TEST_F(QueueRefused, GivesTheQueuesBackThatItGot) {
  Pod holder;
  ASSERT_TRUE(succeeded(runtime.add(holder.attachment(), leasing({4}))));
  expect_refusal(impatient({7, 6, 5, 4}), try_again_later, {nic.device_id(4)}, {});
  EXPECT_EQ(nic.leases().size(), 1U);
  attached(leasing({7, 6, 5}));
}

}  // namespace
}  // namespace rxlease::tests
