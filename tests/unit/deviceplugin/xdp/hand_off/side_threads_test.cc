// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/hand_off/side_threads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/system/fixture/eventually.h"

namespace rxlease::deviceplugin::xdp {
namespace {

class SideThreadsTest : public testing::Test {
 protected:
  bool has_ended() {
    threads.advance();
    return threads.count(device) == 0;
  }

  const kernel::DeviceId device{"nic0", 7}, other{"nic0", 6};
  prometheus::Registry registry;
  LimitedLog log;
  SideThreads threads{log, registry, std::chrono::milliseconds(50)};
};

TEST_F(SideThreadsTest, RunEachJobOnAThreadThatDestroysWhatItHolds) {
  std::promise<std::thread::id> destroyed_on;
  std::shared_ptr<void> held(nullptr, [&](void*) { destroyed_on.set_value(std::this_thread::get_id()); });
  threads.start({device, "process 1 of user 0", [held = std::move(held)] { EXPECT_FALSE(held); }});
  EXPECT_NE(destroyed_on.get_future().get(), std::this_thread::get_id());
  EXPECT_TRUE(tests::eventually([&] { return has_ended(); }));
  EXPECT_EQ(threads.timeout(), -1);
}

TEST_F(SideThreadsTest, CountTheJobsOfADevice) {
  std::promise<void> go_on;
  auto gone_on = go_on.get_future().share();
  for (int i = 0; i < 2; ++i) threads.start({device, "", [gone_on] { gone_on.wait(); }});
  threads.start({other, "", [gone_on] { gone_on.wait(); }});
  EXPECT_EQ(threads.count(device), 2U);
  EXPECT_TRUE(threads.is_busy(device));
  EXPECT_GT(threads.timeout(), 0);
  go_on.set_value();
  EXPECT_TRUE(tests::eventually([&] { return has_ended() && threads.count(other) == 0; }));
}

TEST_F(SideThreadsTest, LeaveAJobBehindThatHangs) {
  std::promise<void> go_on;
  auto gone_on = go_on.get_future().share();
  threads.start({device, "process 1 of user 0", [gone_on] { gone_on.wait(); }});
  EXPECT_TRUE(tests::eventually([&] {
    threads.advance();
    return !threads.is_busy(device);
  }));
  EXPECT_EQ(threads.count(device), 1U);
  EXPECT_EQ(threads.timeout(), -1) << "nothing is left to be decided";
  go_on.set_value();
  EXPECT_TRUE(tests::eventually([&] { return has_ended(); }));
}

TEST_F(SideThreadsTest, SurviveAJobThatFails) {
  threads.start({device, "", [] { throw std::runtime_error("no"); }});
  EXPECT_TRUE(tests::eventually([&] { return has_ended(); }));
}

}  // namespace
}  // namespace rxlease::deviceplugin::xdp
