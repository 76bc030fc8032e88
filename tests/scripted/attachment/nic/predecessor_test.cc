// SPDX-License-Identifier: Apache-2.0
#include "attachment/nic/predecessor.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cerrno>

#include "attachment/addressing/ends.h"
#include "kernel/error.h"
#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using testing::HasSubstr;

class Predecessor : public Acts {
 protected:
  Predecessor() {
    record.pod_namespace = "shop";
    record.pod_name = "web-0";
    record.pod_uid = "4f1e";
    old = record;
    old.container_id = "c0";
    old.host_ifindex = 77;
  }

  Attachment old;
};

TEST_F(Predecessor, IsTheSamePodsSameInterfaceInAnotherSandbox) {
  EXPECT_TRUE(is_predecessor(old, record));
  EXPECT_FALSE(is_predecessor(record, record)) << "the same sandbox";
  const auto differs = [&](auto Attachment::*member) {
    auto other = old;
    other.*member = "other";
    return !is_predecessor(other, record);
  };
  EXPECT_TRUE(differs(&Attachment::pod_name));
  EXPECT_TRUE(differs(&Attachment::pod_namespace));
  EXPECT_TRUE(differs(&Attachment::pod_uid)) << "a later pod of that name";
  EXPECT_TRUE(differs(&Attachment::network));
  EXPECT_TRUE(differs(&Attachment::ifname));
  old.pod_name = record.pod_name = "";
  EXPECT_FALSE(is_predecessor(old, record)) << "who has no name is nobody's successor";
}

// The new sandbox has an address that the host still reaches through the old one's link.
class TakingOver : public Predecessor {
 protected:
  TakingOver() {
    kernel::RouteAttrs there;
    there.route.rtm_family = AF_INET;
    there.route.rtm_type = RTN_UNICAST;
    there.route.rtm_dst_len = 32;
    there.dst = address.address.bytes();
    there.oif = 77;
    machine.host_netns.routes = {there};
    fail_once = true;
    machine.journal.on_step = [this](const std::string& step) {
      if (step == "host newroute" && fail_once) machine.journal.fail(steps().size(), EEXIST);
      if (step == "host newroute") fail_once = false;
    };
  }

  void address_pair() {
    apply(plan_addressing({{address, std::nullopt}}, {}), {machine.pod_netns, "eth0", 12},
          {machine.host_netns, "rxl0", 11},
          [this](std::uint32_t ifindex) { return is_of_predecessor(site.store(), record, ifindex); });
  }

  const kernel::IpPrefix address = *kernel::IpPrefix::parse("10.22.0.5/32");
  bool fail_once = false;
};

TEST_F(TakingOver, ReplacesTheRouteOfThePodsOldSandbox) {
  site.store().create(old);
  address_pair();
  EXPECT_EQ(std::count(steps().begin(), steps().end(), "host newroute"), 2);
}

TEST_F(TakingOver, LeavesTheRouteOfAnotherPodAndNamesTheLink) {
  old.pod_name = "db-0";
  site.store().create(old);
  kernel::Link link;
  link.ifname = "rxldb";
  link.ifinfo.ifi_index = 77;
  machine.host_netns.links["rxldb"] = link;
  const auto error = error_of([&] { address_pair(); });
  EXPECT_EQ(error.fault(), Fault::busy);
  EXPECT_EQ(error.part(), Part::routes);
  EXPECT_THAT(error.what(), HasSubstr("10.22.0.5/32 leads to rxldb of the host already"));
}

}  // namespace
}  // namespace rxlease::attachment
