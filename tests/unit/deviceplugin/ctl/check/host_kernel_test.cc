// SPDX-License-Identifier: Apache-2.0
//
// rxleasectl on the kernel that the tests happen to run on, which can lease queues or cannot: its own list of
// operations tells. Needs root.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

#include "deviceplugin/ctl/check/check.h"
#include "deviceplugin/ctl/show/overview.h"
#include "deviceplugin/ctl/show/overview_tables.h"
#include "kernel/error.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/socket/netlink_socket.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using testing::HasSubstr;

bool can_lease() {
  kernel::NetlinkSocket socket(NETLINK_GENERIC);
  return kernel::has_queue_create(socket);
}

// Calls it in a new network namespace, where nothing of the host's can be changed.
template <typename Call>
void elsewhere(Call call) {
  std::thread([&] {
    ASSERT_EQ(unshare(CLONE_NEWNET), 0) << "this test needs root";
    call();
  }).join();
}

TEST(HostKernel, IsWhatCheckJudges) {
  const tests::ScratchDirectory scratch;
  std::string text;
  elsewhere([&] { text = check(scratch / "none.yaml").to_text(); });
  if (can_lease()) {
    EXPECT_THAT(text, HasSubstr("ok       kernel: Linux "));
  } else {
    EXPECT_THAT(text, HasSubstr("cannot lease queues (no queue-create); use Linux 7.1 or later\n"));
  }
  EXPECT_THAT(text, HasSubstr("CNI plugin: "));  // the rest is told all the same
}

TEST(HostKernel, IsNoObstacleToALook) {
  const tests::ScratchDirectory scratch;
  std::string text;
  elsewhere([&] {
    kernel::LinuxNamespace host(kernel::NetNs::current());
    pools::Inventory inventory(host, "/sys", scratch / "state", pools::Purpose::show);
    const auto overview = overview_of(inventory.scan({}), kernel::has_queue_create(host.generic()));
    text = to_tables(overview, Topic::leases, false);
  });
  const std::string sentence = "No queue is leased.\n";
  const std::string reason =
      "This kernel cannot lease queues: it has no queue-create (Linux 7.1 or later does).\n";
  EXPECT_EQ(text, can_lease() ? sentence : sentence + reason);
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
