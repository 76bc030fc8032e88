// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>

#include "tests/system/ctl/ctl.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/netkit.h"

namespace rxlease::tests {
namespace {

using testing::HasSubstr;

class Watch : public Ctl {
 protected:
  testing::AssertionResult prints(const ChildProcess& watch, const std::string& text) {
    const bool printed = eventually([&] { return watch.output_so_far().find(text) != std::string::npos; });
    return testing::AssertionResult(printed) << "no \"" << text << "\" in\n" << watch.output_so_far();
  }

  ChildProcess watching(const std::string& topic) {
    return start({"show", topic, "--watch", "--config", config()});
  }
};

TEST_F(Watch, PrintsAgainWhenAPodComesAndGoes) {
  auto watch = watching("leases");
  ASSERT_TRUE(prints(watch, "No queue is leased.\n"));
  const auto conf = leasing({7});
  ASSERT_TRUE(succeeded(runtime.add(named_pod(), conf)));
  ASSERT_TRUE(prints(watch, "leased  shop/web-0"));
  ASSERT_TRUE(succeeded(runtime.del(named_pod(), conf)));
  EXPECT_TRUE(eventually([&] { return watch.output_so_far().ends_with("\n\nNo queue is leased.\n"); }))
      << watch.output_so_far();
  watch.kill(SIGINT);
  EXPECT_EQ(watch.wait().status, 0);
}

TEST_F(Watch, PrintsAgainWhenANicGoesDownOrAway) {
  auto watch = watching("nics");
  ASSERT_TRUE(prints(watch, " up "));
  nic.set_up(false);
  ASSERT_TRUE(prints(watch, " down "));
  EXPECT_THAT(watch.output_so_far(), HasSubstr("\n\nNIC "));
  nic.unplug();
  ASSERT_TRUE(prints(watch, "\n\nThis node has no NIC.\n"));
  watch.kill(SIGTERM);
  EXPECT_EQ(watch.wait().status, 0);
}

TEST_F(Watch, PrintsNothingAgainForNewsThatChangesNothing) {
  auto watch = watching("leases");
  ASSERT_TRUE(prints(watch, "No queue is leased.\n"));
  const auto other = kernel::Links(host().route()).newlink(plain_link("other0", "dummy"));
  kernel::Links(host().route()).dellink(other.ifindex());
  ASSERT_TRUE(succeeded(runtime.add(named_pod(), leasing({7}))));
  ASSERT_TRUE(prints(watch, "leased  shop/web-0"));
  EXPECT_EQ(watch.output_so_far().find("No queue"), watch.output_so_far().rfind("No queue"));
  watch.kill(SIGINT);
  EXPECT_EQ(watch.wait().status, 0);
}

TEST_F(Watch, PrintsAPoolAgainWhenItsQueuesChange) {
  auto watch = watching("pools");
  ASSERT_TRUE(prints(watch, "POOL "));
  ASSERT_TRUE(succeeded(runtime.add(named_pod(), leasing({7}))));
  EXPECT_TRUE(eventually([&] { return watch.output_so_far().find("\n\nPOOL ") != std::string::npos; }))
      << watch.output_so_far();
  watch.kill(SIGINT);
  EXPECT_EQ(watch.wait().status, 0);
}

TEST_F(Watch, FollowsRecordsWhoseDirectoryIsYetToCome) {
  std::filesystem::remove_all(runtime.state_directory());
  auto watch = watching("pods");
  ASSERT_TRUE(prints(watch, "No pod has a queue.\n"));
  ASSERT_TRUE(succeeded(runtime.add(named_pod(), leasing({7}))));
  EXPECT_TRUE(prints(watch, "shop/web-0"));
  watch.kill(SIGINT);
  EXPECT_EQ(watch.wait().status, 0);
}

}  // namespace
}  // namespace rxlease::tests
