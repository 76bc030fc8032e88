// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/lend/rounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <future>

namespace rxlease::deviceplugin::lend {
namespace {

using namespace std::chrono_literals;

// Somebody who waits, and is seen to.
std::future<View> waiting_for(Rounds& rounds, const std::stop_token& stop = {}) {
  auto view = std::async(std::launch::async, [&rounds, stop] {
    return rounds.next({Limit::Clock::now() + 30s, stop});
  });
  pollfd wanted{rounds.fd(), POLLIN, 0};
  EXPECT_EQ(poll(&wanted, 1, 30'000), 1);
  rounds.drain();
  return view;
}

View with_a_pool() {
  View view;
  view.pools.push_back({.name = "rxq", .resource = "", .devices = {}, .problems = {}});
  return view;
}

TEST(Rounds, GiveTheViewOfARoundThatBeganAfterTheQuestion) {
  Rounds rounds;
  EXPECT_FALSE(rounds.begin());
  auto view = waiting_for(rounds);
  rounds.end({});  // it may not have seen what the one who waits has done
  EXPECT_EQ(view.wait_for(20ms), std::future_status::timeout);
  EXPECT_TRUE(rounds.begin());
  rounds.end(with_a_pool());
  EXPECT_EQ(view.get().pools.size(), 1U);
}

TEST(Rounds, AreWaitedForUntilTheDeadline) {
  Rounds rounds;
  try {
    rounds.next({Limit::Clock::now() + 1ms, {}});
    FAIL();
  } catch (const proto::NodeError& error) {
    EXPECT_EQ(error.kind(), proto::NodeError::Kind::try_again_later);
  }
  EXPECT_FALSE(rounds.begin());  // nobody waits any more
}

TEST(Rounds, AreNotWaitedForOnceAStopIsRequested) {
  Rounds rounds;
  std::stop_source stop;
  auto view = waiting_for(rounds, stop.get_token());
  stop.request_stop();
  EXPECT_THROW(view.get(), proto::NodeError);
}

}  // namespace
}  // namespace rxlease::deviceplugin::lend
