// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "kernel/netlink/links.h"
#include "kernel/netlink/socket/netlink_socket.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/pod.h"

namespace rxlease::tests {
namespace {

using kernel::Links;

std::set<std::string> names(const std::vector<kernel::Link>& links) {
  std::set<std::string> names;
  for (const auto& link : links) names.insert(link.ifname.value_or("?"));
  return names;
}

TEST(GetlinkDump, ListsEveryLinkOfAPodAndNoOthers) {
  Pod pod;
  const Links links(pod.netns().route());
  links.newlink(netkit_single("nk0"));
  links.newlink(plain_link("dummy0", "dummy"));
  EXPECT_EQ(names(links.getlink_dump()), (std::set<std::string>{"lo", "nk0", "dummy0"}));
}

TEST(GetlinkDump, ListsTheLinksOfOneKind) {
  Pod pod;
  const Links links(pod.netns().route());
  links.newlink(netkit_single("nk0"));
  links.newlink(plain_link("dummy0", "dummy"));
  EXPECT_EQ(names(links.getlink_dump("netkit")), std::set<std::string>{"nk0"});
}

// Far more than one message of the kernel's holds.
TEST(GetlinkDump, IsWholeWhenItComesInManyParts) {
  Pod pod;
  const Links links(pod.netns().route());
  std::set<std::string> made{"lo"};
  for (int i = 0; i < 150; ++i) made.insert("nk" + std::to_string(i));
  for (const auto& name : made) {
    if (name != "lo") links.newlink(netkit_single(name));
  }
  const auto listed = links.getlink_dump();
  EXPECT_EQ(listed.size(), made.size());
  EXPECT_EQ(names(listed), made);
}

TEST(Browse, StopsWhenItsReaderHasEnough) {
  Pod pod;
  for (int i = 0; i < 150; ++i) Links(pod.netns().route()).newlink(netkit_single("nk" + std::to_string(i)));
  const auto read = [&](int most) {
    const kernel::InsideNetNs inside(*kernel::NetNs::open(pod.path()));
    kernel::NetlinkSocket socket(NETLINK_ROUTE);
    int count = 0;
    socket.browse({"getlink", RTM_GETLINK, NLM_F_DUMP, kernel::encode(kernel::Link{})},
                  [&](const kernel::Message&) { return ++count < most; });
    return count;
  };
  EXPECT_EQ(read(3), 3);
  EXPECT_EQ(read(1000), 151) << "the whole dump, and lo";
}

// A link that comes or goes between two parts makes the kernel flag the dump as interrupted: it is asked
// again. Links that stay must be in every answer.
TEST(GetlinkDump, IsWholeWhileLinksComeAndGo) {
  Pod pod;
  const Links links(pod.netns().route());
  for (int i = 0; i < 100; ++i) links.newlink(netkit_single("stays" + std::to_string(i)));
  kernel::LinuxNamespace same(kernel::NetNs::open(pod.path()).value());
  std::atomic<bool> done{false};
  std::thread restless([&] {
    const Links own(same.route());
    while (!done) own.dellink(own.newlink(netkit_single("comes-and-goes")).ifindex());
  });
  for (int i = 0; i < 20; ++i) {
    const auto listed = names(links.getlink_dump());
    EXPECT_EQ(
        std::count_if(listed.begin(), listed.end(), [](auto& name) { return name.starts_with("stays"); }),
        100);
  }
  done = true;
  restless.join();
}

}  // namespace
}  // namespace rxlease::tests
