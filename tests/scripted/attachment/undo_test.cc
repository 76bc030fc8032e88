// SPDX-License-Identifier: Apache-2.0
#include "attachment/undo.h"

#include <gmock/gmock.h>

#include "attachment/netkit.h"
#include "attachment/nic/steer.h"
#include "attachment/record/lease_file.h"
#include "kernel/boot_id.h"
#include "tests/flow_match.h"
#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Undo : public Acts {
 protected:
  void make(kernel::NetkitPairing pairing) {
    NetkitSpec spec;
    spec.pairing = record.pairing = pairing;
    const auto device = make_netkit(spec, record, machine.host_netns, machine.pod_netns);
    if (device.host) record.host_ifindex = device.host->ifindex();
    record.interface_ifindex = device.pod.ifindex();
    lease_queues(site, machine.pod_netns, {nic, timeout}, record);
    write_lease_files(site, nic, record);
    site.store().create(record);
    made_ = steps().size();
  }
  void make_pair() { make(kernel::NetkitPairing::pair); }
  void make_single() { make(kernel::NetkitPairing::single); }

  // What was done since.
  std::vector<std::string> undone() const {
    return {steps().begin() + static_cast<std::ptrdiff_t>(made_), steps().end()};
  }
  std::map<std::string, kernel::Link>& pods_links() { return machine.pod_netns.links; }

  LeaseTimeout timeout{milliseconds{300}, "patienceMs"};

 private:
  std::size_t made_ = 0;
};

TEST_F(Undo, OfAPairDeletesBothEndsByTheHosts) {
  make_pair();
  undo(site, record, timeout);
  EXPECT_THAT(undone(), ElementsAre("host getlink", "host dellink"));
  EXPECT_THAT(machine.host_netns.links, IsEmpty());
  EXPECT_THAT(pods_links(), IsEmpty());
  EXPECT_FALSE(read_lease_file(scratch / "devices/nic0-rx6/lease.json"));
  EXPECT_TRUE(site.store().find("c1", "eth0")) << "the record is the caller's to remove";
}

TEST_F(Undo, DoesNothingAboutWhatIsGone) {
  make_single();
  undo(site, record, timeout);
  undo(site, record, timeout);
  EXPECT_THAT(pods_links(), IsEmpty());
}

TEST_F(Undo, EndsSteeringFirst) {
  make_pair();
  steer(site, nic, {tests::to_host(kernel::Protocol::tcp, "10.22.0.5", {5201, 0xffff})}, record);
  const auto steered = undone().size();
  undo(site, record, timeout);
  auto after = undone();
  after.erase(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(steered));
  std::erase_if(after, [](const auto& step) {
    return !step.ends_with("DEL") && !step.ends_with("delete-act") && !step.ends_with("dellink");
  });
  EXPECT_THAT(after, ElementsAre("host ETHTOOL_SRXCLSRLDEL", "host rss-delete-act", "host dellink"));
}

TEST_F(Undo, FindsANetkitWithoutIndexByItsName) {
  make_single();
  record.interface_ifindex = 0;
  undo(site, record, timeout);
  EXPECT_THAT(pods_links(), IsEmpty());
}

TEST_F(Undo, LeavesALinkThatIsNoNetkit) {
  make_single();
  pods_links().at("eth0").linkinfo.reset();
  undo(site, record, timeout);
  EXPECT_TRUE(pods_links().contains("eth0"));
}

// The host's end has a name that no other link has.
TEST_F(Undo, LeavesANetkitOfAnotherNameAlone) {
  make_pair();
  auto link = machine.host_netns.links.extract("rxl0");
  link.key() = "cilium7";
  link.mapped().ifname = "cilium7";
  machine.host_netns.links.insert(std::move(link));
  pods_links().clear();
  undo(site, record, timeout);
  EXPECT_TRUE(machine.host_netns.links.contains("cilium7"));
}

TEST_F(Undo, OfARecordOfAnEarlierBootTouchesNoLinkAndNoRule) {
  for (const auto pairing : {kernel::NetkitPairing::pair, kernel::NetkitPairing::single}) {
    make(pairing);
    record.boot_id = "of-before";
    record.steering = Steering{"nic0", nic.ifindex, {6, std::nullopt}, {}};
    undo(site, record, timeout);
    EXPECT_THAT(undone(), IsEmpty());
    EXPECT_FALSE(read_lease_file(scratch / "devices/nic0-rx6/lease.json"));
    pods_links().clear();
    site.store().remove(record);
    record.boot_id.clear();
    record.steering.reset();
  }
}

// What an older version wrote may be of another boot, where cookie and ifindex were another's.
TEST_F(Undo, OfARecordThatNamesNoBootWantsTheNameOfASingleToo) {
  make_single();
  auto link = pods_links().extract("eth0");
  link.key() = "other";
  link.mapped().ifname = "other";
  pods_links().insert(std::move(link));
  undo(site, record, timeout);
  EXPECT_TRUE(pods_links().contains("other"));
  record.boot_id = kernel::boot_id();
  undo(site, record, timeout);
  EXPECT_THAT(pods_links(), IsEmpty());
}

TEST_F(Undo, LeavesALaterNamespaceAtTheSamePathAlone) {
  make_single();
  record.netns_cookie = 99;
  undo(site, record, timeout);
  EXPECT_TRUE(pods_links().contains("eth0"));
  record.netns = "/run/netns/gone";
  undo(site, record, timeout);
}

TEST_F(Undo, LeavesALeaseFileOfTheNextOwner) {
  make_pair();
  write_lease_file(scratch.path(), {"nic0-rx6", "eth0", 1, "enp1s0", 6, "pair", "c2"});
  undo(site, record, timeout);
  EXPECT_TRUE(read_lease_file(scratch / "devices/nic0-rx6/lease.json"));
}

TEST_F(Undo, OfASingleWaitsForTheEndOfItsAfXdpSockets) {
  make_single();
  machine.pod_netns.bound = 3;
  const auto before = machine.now();
  undo(site, record, timeout);
  EXPECT_EQ(machine.now() - before, milliseconds(2 + 4 + 8));
  EXPECT_THAT(machine.warnings, IsEmpty());
  EXPECT_THAT(pods_links(), IsEmpty());
}

TEST_F(Undo, OfASingleWaitsNoLongerThanTheMinimumAndWarns) {
  make_single();
  machine.pod_netns.bound = 1000;
  const auto before = machine.now();
  undo(site, record, timeout);
  EXPECT_LE(machine.now() - before, least_wait_for_af_xdp);
  EXPECT_GE(machine.now() - before, milliseconds(1900));
  EXPECT_THAT(machine.warnings,
              ElementsAre(HasSubstr("after 2000 ms (the minimum) an AF_XDP socket still has a "
                                    "queue of container c1, interface eth0")));
  EXPECT_THAT(pods_links(), IsEmpty());
}

// A netkit that is down lists no queues, and the pod may have set it down; the NIC's side does.
TEST_F(Undo, OfASingleThatIsDownWaitsByWhatTheNicShows) {
  make_single();
  machine.pod_netns.lists_queues = false;
  machine.host_netns.shown_leases[6] = {record.interface_ifindex, {1}, 5};
  machine.host_netns.bound = 3;
  const auto before = machine.now();
  undo(site, record, timeout);
  EXPECT_EQ(machine.now() - before, milliseconds(2 + 4 + 8));
  EXPECT_THAT(pods_links(), IsEmpty());
}

TEST_F(Undo, OfASingleThatIsDownWaitsForNoOtherNetkitsSocket) {
  make_single();
  machine.pod_netns.lists_queues = false;
  machine.host_netns.shown_leases[6] = {record.interface_ifindex + 1, {1}, 5};
  machine.host_netns.bound = 1000;
  const auto before = machine.now();
  undo(site, record, timeout);
  EXPECT_EQ(machine.now(), before);
}

// An AF_XDP socket cannot be bound to a pair's queue.
TEST_F(Undo, OfAPairDoesNotLookAtItsQueues) {
  make_pair();
  machine.pod_netns.bound = 1000;
  undo(site, record, timeout);
  EXPECT_THAT(undone(), Not(testing::Contains("pod queue-get")));
}

}  // namespace
}  // namespace rxlease::attachment
