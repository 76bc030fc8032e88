// SPDX-License-Identifier: Apache-2.0
//
// `rxleasectl guard release`, and what people see of the guard.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "kernel/error.h"
#include "tests/system/daemon/daemon_node.h"
#include "tests/system/fixture/nic/channels.h"
#include "tests/system/guard/thief.h"

namespace rxlease::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Queues = std::set<std::uint32_t>;

class Release : public DaemonNode {
 protected:
  Finished ctl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", node / "config.yaml"});
    ChildProcess::Options options;
    options.arguments = std::move(arguments);
    return ChildProcess(std::string(std::getenv("RXLEASE_BUILD")) + "/bin/rxleasectl", options).wait();
  }

  bool parks(const Queues& queues) const {
    return eventually([&] { return nic->parked() == queues; }, patience);
  }

  void SetUp() override {
    configure({pool("rxq", nic->parent(), "[5-7]")}, "rescanSeconds: 3600\n");
    start();
    ASSERT_TRUE(parks({5, 6, 7}));
  }
};

TEST_F(Release, IsForChangesByHandThatTheKernelRefusesOtherwise) {
  EXPECT_THROW(set_channels(nic->ifname(), 4), kernel::KernelError);
  const auto done = ctl({"guard", "release", nic->ifname(), "--for", "10m"});
  EXPECT_EQ(done.status, 0) << done.errors;
  EXPECT_THAT(done.output, AllOf(HasSubstr("let go of 3 queues of " + nic_name), HasSubstr("for 600 s")));
  EXPECT_TRUE(nic->parked().empty()) << "when it returns";
  set_channels(nic->ifname(), 4);
  set_channels(nic->ifname(), 8);
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_TRUE(nic->parked().empty()) << "for ten minutes";
  const auto again = ctl({"guard", "release", nic_name, "--for", "0s"});
  EXPECT_EQ(again.status, 0) << again.errors;
  EXPECT_TRUE(parks({5, 6, 7}));
}

TEST_F(Release, EndsByItself) {
  EXPECT_EQ(ctl({"guard", "release", nic->ifname(), "--for", "1s"}).status, 0);
  EXPECT_TRUE(nic->parked().empty());
  EXPECT_TRUE(parks({5, 6, 7})) << "though nothing else wakes the daemon";
}

TEST_F(Release, SaysWhatIsWrong) {
  const auto unknown = ctl({"guard", "release", "eth99"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_THAT(unknown.errors, AllOf(HasSubstr("no NIC \"eth99\""), HasSubstr("rxleasectl show nics")));
  EXPECT_EQ(ctl({"guard", "release", nic->ifname(), "--for", "2h"}).status, 2);
  EXPECT_EQ(ctl({"guard", "release", nic->ifname(), "--for", "10"}).status, 2);
  EXPECT_EQ(ctl({"guard", "release"}).status, 2);
  EXPECT_EQ(ctl({"guard"}).status, 2);
  watch.reset();
  daemon.reset();
  const auto nobody = ctl({"guard", "release", nic->ifname()});
  EXPECT_EQ(nobody.status, 1);
  EXPECT_THAT(nobody.errors, HasSubstr("is rxlease-device-plugin running"));
}

TEST_F(Release, IsNotNeededToSeeThatParkedQueuesAreFree) {
  const auto shown = ctl({"show", "queues"});
  EXPECT_EQ(shown.status, 0);
  EXPECT_THAT(shown.output, AllOf(HasSubstr(nic->device_id(6)), Not(HasSubstr("foreign"))));
  Thief thief(nic->ifindex());
  ASSERT_EQ(thief.try_to_lease(4), 0);
  EXPECT_THAT(ctl({"show", "queues"}).output, HasSubstr("foreign")) << "which is of another's namespace";
}

}  // namespace
}  // namespace rxlease::tests
