// SPDX-License-Identifier: Apache-2.0
#include "attachment/heal.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <fstream>

#include "attachment/attaching.h"
#include "attachment/record/lease_file.h"
#include "kernel/error.h"
#include "tests/flow_match.h"
#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const LeaseTimeout heal_limit{std::chrono::milliseconds{300}, "patienceMs"};

class HealTest : public Acts {
 protected:
  // Makes the attachment by all acts, then takes its netkit away, as a NIC does that goes.
  void make_and_break(const Site& where, tests::FakeMachine& on) const {
    Attaching attaching(where, on.pod_netns, record, heal_limit);
    ASSERT_TRUE(attaching.begin());
    attaching.make_netkit({.mtu = 4000});
    attaching.lease(nic);
    attaching.address(plan_addressing({{*kernel::IpPrefix::parse("10.22.0.5/16"), std::nullopt}}, {}));
    attaching.steer(nic, {tests::to_host(kernel::Protocol::tcp, "10.22.0.5", {5201, 0xffff})});
    attaching.publish(nic);
    attaching.keep(std::chrono::milliseconds(22));
    break_it(on);
  }
  static void break_it(tests::FakeMachine& on) {
    on.host_netns.links.clear();
    on.pod_netns.links.clear();
    on.pod_netns.leases = 0;
  }
  HealSpec spec() const { return {nic, {{{"nic0", 6}}, {{"nic0", 7}}}, heal_limit}; }
  Attachment stored() const { return *site.store().find("c1", "eth0"); }
};

TEST_F(HealTest, MakesAllOfItAgain) {
  make_and_break(site, machine);
  const auto before = stored();
  const auto healed = heal(site, machine.pod_netns, before, spec());
  ASSERT_TRUE(healed);
  EXPECT_EQ(to_json_text(*healed), to_json_text(stored()));
  EXPECT_EQ(healed->generation, 2U);
  EXPECT_FALSE(healed->unfinished);
  EXPECT_EQ(healed->add_duration, before.add_duration);
  EXPECT_EQ(to_json(*healed->blueprint), to_json(*before.blueprint));
  EXPECT_EQ(machine.pod_netns.links.at("eth0").mtu, 4000U);
  EXPECT_EQ(healed->interface_ifindex, machine.pod_netns.links.at("eth0").ifindex());
  EXPECT_EQ(healed->host_ifindex, machine.host_netns.links.at("rxl0").ifindex());
  EXPECT_THAT(machine.host_netns.nic.rules, SizeIs(1)) << "the old one was removed";
  EXPECT_EQ(read_lease_file(scratch / "devices/nic0-rx7/lease.json")->generation, 2U);
  EXPECT_EQ(heal(site, machine.pod_netns, before, spec()), std::nullopt) << "it is not that one any more";
}

TEST_F(HealTest, LeasesAStandInAndSaysSoWhereTheContainerLooks) {
  make_and_break(site, machine);
  auto with_stand_in = spec();
  with_stand_in.devices[1] = {.id = {"nic0", 5}, .allocated = kernel::DeviceId{"nic0", 7}};
  ASSERT_TRUE(heal(site, machine.pod_netns, stored(), with_stand_in));
  const auto file = read_lease_file(scratch / "devices/nic0-rx7/lease.json");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->device, "nic0-rx7");
  EXPECT_EQ(file->stand_in, "nic0-rx5");
  EXPECT_EQ(file->physical_queue, 5U);
  EXPECT_EQ(file->queue, 2U);
  EXPECT_FALSE(read_lease_file(scratch / "devices/nic0-rx5/lease.json"));
}

TEST_F(HealTest, IsUndoneWhicheverStepFailsAndSucceedsTheNextTime) {
  std::size_t first = 0;
  std::size_t last = 0;
  {
    tests::FakeMachine whole;
    const tests::ScratchDirectory elsewhere;
    const Site there{whole, elsewhere.path()};
    make_and_break(there, whole);
    first = whole.journal.steps().size();
    ASSERT_TRUE(heal(there, whole.pod_netns, *there.store().find("c1", "eth0"), spec()));
    last = whole.journal.steps().size();
  }
  ASSERT_GE(last - first, 20U);
  for (auto index = first; index < last; ++index) {
    tests::FakeMachine one;
    const tests::ScratchDirectory elsewhere;
    const Site there{one, elsewhere.path()};
    make_and_break(there, one);
    one.journal.fail(index, EIO);
    const auto before = *there.store().find("c1", "eth0");
    SCOPED_TRACE("step " + std::to_string(index));
    EXPECT_ANY_THROW(heal(there, one.pod_netns, before, spec()));
    EXPECT_THAT(one.host_netns.links, IsEmpty());
    EXPECT_THAT(one.pod_netns.links, IsEmpty());
    EXPECT_EQ(there.store().find("c1", "eth0")->generation, 1U);
    one.pod_netns.leases = 0;
    EXPECT_TRUE(heal(there, one.pod_netns, *there.store().find("c1", "eth0"), spec()));
    EXPECT_THAT(one.host_netns.nic.rules, SizeIs(1));
    EXPECT_THAT(one.warnings, IsEmpty());
    if (HasFailure()) return;
  }
}

TEST_F(HealTest, TouchesNothingOfAnAttachmentThatIsBeingUndone) {
  make_and_break(site, machine);
  const auto before = stored();
  auto ending = before;
  ending.ending = true;
  site.store().update(ending);
  const auto steps_before = steps().size();
  EXPECT_FALSE(heal(site, machine.pod_netns, before, spec()));
  site.store().remove(before);
  EXPECT_FALSE(heal(site, machine.pod_netns, before, spec()));
  note_trouble(site.store(), before, "whatever");
  EXPECT_EQ(steps().size(), steps_before);
  EXPECT_FALSE(site.store().find("c1", "eth0")) << "a record that was removed does not come back";
}

// Whoever removes the record does not keep to the claim: an older version's DEL.
TEST_F(HealTest, IsUndoneWhenTheRecordIsRemovedMeanwhile) {
  make_and_break(site, machine);
  const auto before = stored();
  machine.journal.on_step = [&](const std::string& step) {
    if (step == "pod queue-create") site.store().remove(before);
  };
  EXPECT_THROW(heal(site, machine.pod_netns, before, spec()), kernel::KernelError);
  EXPECT_FALSE(site.store().find("c1", "eth0"));
  EXPECT_THAT(machine.pod_netns.links, IsEmpty());
  EXPECT_THAT(machine.host_netns.links, IsEmpty());
}

TEST_F(HealTest, NotesWhyNot) {
  make_and_break(site, machine);
  note_trouble(site.store(), stored(), "its pool has heal: false");
  EXPECT_EQ(stored().trouble, "its pool has heal: false");
  ASSERT_TRUE(heal(site, machine.pod_netns, stored(), spec()));
  EXPECT_EQ(stored().trouble, "");
}

}  // namespace
}  // namespace rxlease::attachment
