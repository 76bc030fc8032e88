// SPDX-License-Identifier: Apache-2.0
#include "attachment/attaching.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <filesystem>

#include "attachment/record/lease_file.h"
#include "kernel/error.h"
#include "tests/flow_match.h"
#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const LeaseTimeout brief{std::chrono::milliseconds{300}, "patienceMs"};

class AttachingTest : public Acts {
 protected:
  // All acts, one after the other.
  void make(Attaching& attaching) const {
    ASSERT_TRUE(attaching.begin());
    attaching.make_netkit({});
    attaching.lease(nic);
    attaching.address(plan_addressing({{*kernel::IpPrefix::parse("10.22.0.5/16"), std::nullopt}}, {}));
    attaching.steer(nic, {tests::to_host(kernel::Protocol::tcp, "10.22.0.5", {5201, 0xffff})});
  }

  void expect_nothing_left() {
    EXPECT_THAT(machine.host_netns.links, IsEmpty());
    EXPECT_THAT(machine.pod_netns.links, IsEmpty());
    EXPECT_THAT(machine.host_netns.nic.rules, IsEmpty());
    EXPECT_THAT(machine.host_netns.nic.contexts, SizeIs(1));
    EXPECT_FALSE(read_lease_file(scratch / "devices/nic0-rx6/lease.json"));
    EXPECT_FALSE(site.store().find("c1", "eth0"));
  }
};

TEST_F(AttachingTest, IsRecordedWithAllThatItMade) {
  {
    Attaching attaching(site, machine.pod_netns, record, brief);
    make(attaching);
    EXPECT_FALSE(site.store().find("c1", "eth0")->add_duration);
    attaching.keep(std::chrono::milliseconds(22));
  }
  const auto made = site.store().find("c1", "eth0");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->host_ifindex, machine.host_netns.links.at("rxl0").ifindex());
  EXPECT_EQ(made->interface_ifindex, machine.pod_netns.links.at("eth0").ifindex());
  EXPECT_EQ(made->devices[1].queue, 2U);
  ASSERT_TRUE(made->steering);
  EXPECT_EQ(made->steering->flows[0].location, 0U);
  EXPECT_TRUE(read_lease_file(scratch / "devices/nic0-rx7/lease.json"));
  EXPECT_EQ(made->add_duration, std::chrono::milliseconds(22));
}

TEST_F(AttachingTest, StaysMadeWhereItsDurationCannotBeRecorded) {
  {
    Attaching attaching(site, machine.pod_netns, record, brief);
    make(attaching);
    std::filesystem::rename(scratch / "attachments", scratch / "elsewhere");
    attaching.keep(std::chrono::milliseconds(22));
  }
  std::filesystem::rename(scratch / "elsewhere", scratch / "attachments");
  EXPECT_THAT(machine.warnings, ElementsAre(HasSubstr("how long this ADD took cannot be recorded")));
  EXPECT_TRUE(site.store().find("c1", "eth0"));
  EXPECT_EQ(machine.pod_netns.links.count("eth0"), 1U);
}

TEST_F(AttachingTest, IsUndoneUnlessItIsKept) {
  {
    Attaching attaching(site, machine.pod_netns, record, brief);
    make(attaching);
  }
  expect_nothing_left();
  EXPECT_THAT(machine.warnings, IsEmpty());
}

TEST_F(AttachingTest, IsUndoneWhicheverStepFails) {
  std::size_t steps_of_all = 0;
  {
    tests::FakeMachine whole;
    const tests::ScratchDirectory elsewhere;
    Attaching attaching({whole, elsewhere.path()}, whole.pod_netns, record, brief);
    make(attaching);
    steps_of_all = whole.journal.steps().size();
  }
  ASSERT_GE(steps_of_all, 20U);
  for (std::size_t index = 0; index < steps_of_all; ++index) {
    tests::FakeMachine one;
    one.journal.fail(index, EIO);
    const tests::ScratchDirectory elsewhere;
    const Site there{one, elsewhere.path()};
    try {
      Attaching attaching(there, one.pod_netns, record, brief);
      make(attaching);
      ADD_FAILURE() << "step " << index << " did not fail";
    } catch (const std::exception&) {
      SCOPED_TRACE("step " + std::to_string(index) + ": " + one.journal.steps().at(index));
      EXPECT_THAT(one.host_netns.links, IsEmpty());
      EXPECT_THAT(one.pod_netns.links, IsEmpty());
      EXPECT_THAT(one.host_netns.nic.rules, IsEmpty());
      EXPECT_THAT(one.host_netns.nic.contexts, SizeIs(1));
      EXPECT_THAT(there.store().list().attachments, IsEmpty());
      EXPECT_THAT(one.warnings, IsEmpty());
    }
  }
}

TEST_F(AttachingTest, SaysWhatHelpsWhenASysctlCannotBeSet) {
  const auto error = [&](const std::string& sysctl, int number) {
    fail_at("host sysctl " + sysctl, number);
    return error_of([&] {
      Attaching attaching(site, machine.pod_netns, record, brief);
      ASSERT_TRUE(attaching.begin());
      attaching.make_netkit({});
      attaching.address(plan_addressing({{*kernel::IpPrefix::parse("10.22.0.5/16"), std::nullopt},
                                         {*kernel::IpPrefix::parse("fd00::5/64"), std::nullopt}},
                                        {}));
    });
  };
  const auto read_only = error("net/ipv4/ip_forward", EROFS);
  EXPECT_EQ(read_only.fault(), Fault::kernel);
  EXPECT_THAT(read_only.what(), HasSubstr("set net/ipv4/ip_forward to 1: Read-only file system (EROFS)"));
  EXPECT_THAT(read_only.remedy(), HasSubstr("`sysctl -w net.ipv4.ip_forward=1`"));
  EXPECT_THAT(error("net/ipv6/conf/all/forwarding", EROFS).remedy(),
              HasSubstr("`sysctl -w net.ipv6.conf.all.forwarding=1`"));
  const auto of_link = error("net/ipv6/conf/rxl0/disable_ipv6", EROFS);
  EXPECT_THAT(of_link.remedy(), testing::Not(HasSubstr("sysctl -w"))) << "the link is not there before";
  const auto switched_off = error("net/ipv6/conf/all/forwarding", ENOENT);
  EXPECT_EQ(switched_off.fault(), Fault::unsupported);
  EXPECT_THAT(switched_off.what(), HasSubstr("IPv6 switched off"));
  EXPECT_THAT(switched_off.remedy(), HasSubstr("IPv4 addresses only"));
  expect_nothing_left();
}

TEST_F(AttachingTest, SaysWhatHelpsWhenASinglesSysctlCannotBeSet) {
  record.pairing = kernel::NetkitPairing::single;
  NetkitSpec spec;
  spec.pairing = kernel::NetkitPairing::single;
  const auto error = [&](int number) {
    fail_at("pod sysctl net/ipv6/conf/eth0/disable_ipv6", number);
    return error_of([&] {
      Attaching attaching(site, machine.pod_netns, record, brief);
      ASSERT_TRUE(attaching.begin());
      attaching.make_netkit(spec);
      attaching.address(plan_single({{*kernel::IpPrefix::parse("fd00::5/64"), std::nullopt}}, {}));
    });
  };
  EXPECT_THAT(error(EROFS).remedy(), HasSubstr("where /proc/sys can be written"));
  EXPECT_THAT(error(ENOENT).what(), HasSubstr("IPv6 switched off"));
}

TEST_F(AttachingTest, UndoesACallersStepInItsPlace) {
  std::vector<std::string> seen;
  {
    Attaching attaching(site, machine.pod_netns, record, brief);
    ASSERT_TRUE(attaching.begin());
    attaching.also_undo("release the addresses", [&] {
      seen.push_back(site.store().find("c1", "eth0") ? "recorded" : "not recorded");
      seen.push_back(machine.pod_netns.links.empty() ? "no netkit" : "netkit");
    });
    attaching.make_netkit({});
  }
  EXPECT_THAT(seen, ElementsAre("recorded", "no netkit"));
  expect_nothing_left();
}

TEST_F(AttachingTest, KeepsTheRecordWhenUndoingFailsToo) {
  {
    Attaching attaching(site, machine.pod_netns, record, brief);
    ASSERT_TRUE(attaching.begin());
    attaching.also_undo("release the addresses", [] { throw std::runtime_error("the store is locked"); });
  }
  EXPECT_TRUE(site.store().find("c1", "eth0"));
  EXPECT_THAT(machine.warnings,
              ElementsAre(HasSubstr("could not release the addresses: the store is locked")));
}

TEST_F(AttachingTest, DoesNotBeginTwiceForOneInterface) {
  site.store().create(record);
  {
    Attaching attaching(site, machine.pod_netns, record, brief);
    EXPECT_FALSE(attaching.begin());
  }
  EXPECT_TRUE(site.store().find("c1", "eth0")) << "it is somebody else's";
}

}  // namespace
}  // namespace rxlease::attachment
