// SPDX-License-Identifier: Apache-2.0
#include "attachment/lost.h"

#include <gmock/gmock.h>

#include "attachment/netkit.h"
#include "attachment/nic/steer.h"
#include "attachment/record/lease_file.h"
#include "tests/flow_match.h"
#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Everything is made, and the record is not written.
class Lost : public Acts {
 protected:
  void make(kernel::NetkitPairing pairing) {
    NetkitSpec spec;
    spec.pairing = record.pairing = pairing;
    record.host_interface = host_interface_name("c1", "eth0");
    const auto device = make_netkit(spec, record, machine.host_netns, machine.pod_netns);
    record.interface_ifindex = device.pod.ifindex();
    lease_queues(site, machine.pod_netns, {nic, timeout}, record);
    write_lease_files(site, nic, record);
  }

  bool is_clean() {
    return machine.host_netns.links.empty() && machine.pod_netns.links.empty() &&
           list_lease_files(scratch.path(), "c1").empty();
  }

  LostAttachment lost{"c1", "eth0", "/run/netns/pod"};
  LeaseTimeout timeout{milliseconds{300}, "patienceMs"};
};

TEST_F(Lost, PairIsFoundByTheNameInTheHost) {
  make(kernel::NetkitPairing::pair);
  lost.netns = "";
  EXPECT_TRUE(has_host_end(machine, lost));
  undo_lost(site, lost, timeout);
  EXPECT_TRUE(is_clean());
  EXPECT_FALSE(has_host_end(machine, lost));
}

TEST_F(Lost, SingleIsFoundByTheNameInThePod) {
  make(kernel::NetkitPairing::single);
  undo_lost(site, lost, timeout);
  EXPECT_TRUE(is_clean());
}

TEST_F(Lost, SingleOfAnotherNameOrKindIsLeftAlone) {
  make(kernel::NetkitPairing::single);
  lost.interface = "net1";
  undo_lost(site, lost, timeout);
  EXPECT_THAT(machine.pod_netns.links, SizeIs(1));
  lost.interface = "eth0";
  machine.pod_netns.links.at("eth0").linkinfo.reset();
  undo_lost(site, lost, timeout);
  EXPECT_THAT(machine.pod_netns.links, SizeIs(1));
}

TEST_F(Lost, LeaseFilesOfOthersStay) {
  write_lease_file(scratch.path(), {"nic0-rx6", "eth0", 1, "enp1s0", 6, "pair", "c2"});
  write_lease_file(scratch.path(), {"nic0-rx7", "net1", 1, "enp1s0", 7, "pair", "c1"});
  undo_lost(site, lost, timeout);
  EXPECT_TRUE(read_lease_file(scratch / "devices/nic0-rx6/lease.json"));
  EXPECT_TRUE(read_lease_file(scratch / "devices/nic0-rx7/lease.json"));
}

// A lease file whose content is of another folder than its own names no path.
TEST_F(Lost, LeaseFilesAreBelievedOnlyInTheirPlace) {
  write_lease_file(scratch.path(), {"nic0-rx6", "eth0", 1, "enp1s0", 6, "pair", "c1"});
  std::filesystem::create_directories(scratch / "devices/nic0-rx5");
  std::filesystem::copy(scratch / "devices/nic0-rx6/lease.json", scratch / "devices/nic0-rx5/lease.json");
  EXPECT_THAT(list_lease_files(scratch.path(), "c1"), SizeIs(1));
}

TEST_F(Lost, FlowRulesAreNamedAndNothingIsUndone) {
  make(kernel::NetkitPairing::pair);
  record.devices.pop_back();
  site.store().create(record);
  steer(site, nic, {tests::to_host(kernel::Protocol::tcp, "10.22.0.5", {5201, 0xffff})}, record);
  site.store().remove(record);
  const auto error = error_of([&] { undo_lost(site, lost, timeout); });
  EXPECT_EQ(error.fault(), Fault::busy);
  EXPECT_THAT(error.what(), HasSubstr("flow rule at location 0 of enp1s0"));
  EXPECT_THAT(error.remedy(), HasSubstr("ethtool -N enp1s0 delete 0"));
  EXPECT_FALSE(is_clean());
  machine.host_netns.nic.rules.clear();
  undo_lost(site, lost, timeout);
  EXPECT_TRUE(is_clean());
}

TEST_F(Lost, RssContextsAreNamedAndNothingIsUndone) {
  make(kernel::NetkitPairing::pair);
  machine.host_netns.nic.contexts[3] = kernel::Rss::spread({6, 7}, 8);
  machine.host_netns.nic.contexts[4] = kernel::Rss::spread({5, 6}, 8);
  const auto error = error_of([&] { undo_lost(site, lost, timeout); });
  EXPECT_THAT(error.what(), HasSubstr("RSS context 3 of enp1s0"));
  EXPECT_FALSE(is_clean());
  machine.host_netns.nic.contexts.erase(3);
  undo_lost(site, lost, timeout);
  EXPECT_TRUE(is_clean()) << "the other context has queues of others";
}

// Without the namespace's path only the NIC tells that the netkit lives on.
TEST_F(Lost, SingleThatIsOutOfReachIsAnError) {
  make(kernel::NetkitPairing::single);
  machine.host_netns.shown_leases[7] = {record.interface_ifindex, {2}, 5};
  lost.netns = "";
  const auto error = error_of([&] { undo_lost(site, lost, timeout); });
  EXPECT_EQ(error.fault(), Fault::busy);
  EXPECT_THAT(error.what(), HasSubstr("nic0-rx7 is still leased to container c1, interface eth0"));
  machine.host_netns.shown_leases.clear();
}

}  // namespace
}  // namespace rxlease::attachment
