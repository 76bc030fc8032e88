// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/nsids.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/pod.h"
#include "tests/system/fixture/refused.h"

namespace rxlease::tests {
namespace {

using kernel::NsIds;

TEST(NsIds, ANamespaceHasNoneUntilSomebodyAsksForIt) {
  Pod pod;
  const NsIds ids(pod.netns().route());
  EXPECT_FALSE(ids.getnsid(host().fd()));
  const auto id = ids.ensure_nsid(host().fd());
  EXPECT_GE(id, 0);
  EXPECT_EQ(ids.getnsid(host().fd()), id);
}

TEST(NsIds, AskingAgainGivesTheSame) {
  Pod pod;
  const NsIds ids(pod.netns().route());
  EXPECT_EQ(ids.ensure_nsid(host().fd()), ids.ensure_nsid(host().fd()));
}

TEST(NsIds, TwoNamespacesHaveTwo) {
  Pod pod;
  Pod other;
  const NsIds ids(pod.netns().route());
  EXPECT_NE(ids.ensure_nsid(host().fd()), ids.ensure_nsid(other.netns().fd()));
}

TEST(NsIds, ADumpOfACrossingPairGivesOneAway) {
  Pod pod;
  const kernel::Links links(host().route());
  links.newlink(netkit_pair("nk-cross", "eth0", pod.netns().fd()));
  links.getlink_dump();
  EXPECT_TRUE(pod.nsid_in_host());
}

TEST(NsIds, RefuseADescriptorThatIsNotOpen) {
  Pod pod;
  EXPECT_TRUE(refused([&] { NsIds(pod.netns().route()).getnsid(4711); }, EBADF));
}

}  // namespace
}  // namespace rxlease::tests
