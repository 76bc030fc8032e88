// SPDX-License-Identifier: Apache-2.0
#include "attachment/leasing.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <map>

#include "attachment/record/lease_file.h"
#include "kernel/error.h"
#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

class LeaseQueues : public Acts {
 protected:
  LeaseQueues() { record.interface_ifindex = 10; }

  void lease(milliseconds timeout = milliseconds{300}) {
    lease_queues(site, machine.pod_netns, {nic, {timeout, "patienceMs"}}, record);
  }
  std::vector<int>& answers() { return machine.pod_netns.lease_answers; }
};

TEST_F(LeaseQueues, EntersForEachDeviceTheQueueThatLeasesIt) {
  lease();
  EXPECT_THAT(steps(), ElementsAre("pod getfamily", "pod getnsid", "pod queue-create", "pod queue-create"));
  EXPECT_EQ(record.devices[0].queue, 1U);
  EXPECT_EQ(record.devices[1].queue, 2U);
}

TEST_F(LeaseQueues, WaitsForAQueueThatIsStillBeingTornDown) {
  answers() = {EBUSY, EBUSY, EBUSY};
  const auto before = machine.now();
  lease();
  EXPECT_EQ(machine.pod_netns.leases, 2U);
  EXPECT_EQ(machine.now() - before, milliseconds(1 + 1 + 1));
}

TEST_F(LeaseQueues, GivesUpWithTheTimeoutAndNamesItsSetting) {
  answers().assign(1000, EBUSY);
  const auto before = machine.now();
  const auto error = error_of([&] { lease(); });
  EXPECT_LE(machine.now() - before, milliseconds(300));
  EXPECT_EQ(error.fault(), Fault::busy);
  EXPECT_EQ(error.part(), Part::devices);
  EXPECT_THAT(error.what(), HasSubstr("device nic0-rx6 is taken by someone unknown to rxlease"));
  EXPECT_THAT(error.remedy(), HasSubstr("300 ms (\"patienceMs\")"));
  EXPECT_FALSE(record.devices[0].queue);
}

TEST_F(LeaseQueues, NamesTheHolderThatTheRecordsKnow) {
  auto other = record;
  other.container_id = "c2";
  other.pod_namespace = "shop";
  other.pod_name = "web-0";
  other.devices = {{{"nic0", 6}, 1}};
  site.store().create(other);
  answers() = {EBUSY};
  const auto error = error_of([&] { lease(milliseconds{0}); });
  EXPECT_THAT(error.what(), HasSubstr("shop/web-0 (container c2, interface eth0)"));
}

TEST_F(LeaseQueues, HasAFaultForEveryAnswer) {
  const std::map<int, Fault> fault_of{{EBUSY, Fault::busy},     {EINVAL, Fault::invalid},
                                      {ERANGE, Fault::invalid}, {ENODEV, Fault::busy},
                                      {EPERM, Fault::kernel},   {ENONET, Fault::kernel}};
  for (const auto& [answer, fault] : fault_of) {
    answers() = {answer};
    const auto error = error_of([&] { lease(milliseconds{0}); });
    EXPECT_EQ(error.fault(), fault) << error.what();
    EXPECT_THAT(error.what(), HasSubstr("nic0-rx6"));
    EXPECT_FALSE(error.remedy().empty());
  }
}

TEST_F(LeaseQueues, NeedsAKernelThatCan) {
  fail_at("pod getfamily", ENOENT);
  const auto error = error_of([&] { lease(); });
  EXPECT_EQ(error.fault(), Fault::unsupported);
  EXPECT_THAT(error.remedy(), HasSubstr("Linux 7.1"));
}

TEST_F(LeaseQueues, NeedsANicThatIsThere) {
  EXPECT_EQ(require_nic(machine, {"nic0", 6}).ifname, "enp1s0");
  const auto error = error_of([&] { require_nic(machine, {"nic9", 6}); });
  EXPECT_EQ(error.fault(), Fault::not_found);
  EXPECT_THAT(error.what(), HasSubstr("device nic9-rx6: this node has no NIC nic9"));
}

TEST_F(LeaseQueues, TellsThePodOfEachQueue) {
  lease();
  write_lease_files(site, nic, record);
  const auto file = read_lease_file(scratch / "devices/nic0-rx7/lease.json");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->device, "nic0-rx7");
  EXPECT_EQ(file->queue, 2U);
  EXPECT_EQ(file->physical_device, "enp1s0");
  EXPECT_EQ(file->physical_queue, 7U);
  EXPECT_EQ(file->mode, "pair");
  EXPECT_TRUE(read_lease_file(scratch / "devices/nic0-rx6/lease.json"));
}

// Neither side of this machine's kernel shows a lease.
TEST_F(LeaseQueues, AreNotThereWhereTheKernelShowsNone) {
  EXPECT_FALSE(is_leased(machine, machine.pod_netns, record, record.devices[0])) << "it never was";
  lease();
  EXPECT_FALSE(is_leased(machine, machine.pod_netns, record, record.devices[0]));
  EXPECT_FALSE(is_leased(machine, machine.pod_netns, record, {{"nic9", 1}, 1})) << "its NIC is gone";
}

}  // namespace
}  // namespace rxlease::attachment
