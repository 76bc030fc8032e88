// SPDX-License-Identifier: Apache-2.0
//
// A pod that tries to lease queues by itself, again and again, while others come and go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

#include "tests/system/daemon/daemon_node.h"
#include "tests/system/fixture/sampled_rounds.h"
#include "tests/system/guard/thief.h"

namespace rxlease::tests {
namespace {

using Queues = std::set<std::uint32_t>;

// Tries in a thread of its own, until the object ends.
class Thieving {
 public:
  Thieving(std::uint32_t nic_ifindex, std::uint32_t queue)
      : thief_(nic_ifindex), queue_(queue), thread_([this] { run(); }) {}
  ~Thieving() { end(); }

  void end() {
    ending_ = true;
    if (thread_.joinable()) thread_.join();
  }

  int tries() const { return tries_; }
  int wins() const { return wins_; }
  int other_errors() const { return other_errors_; }

 private:
  void run() {
    for (; !ending_; ++tries_) {
      const int error = thief_.try_to_lease(queue_);
      if (error == 0) {
        ++wins_;
        thief_.give_back();
      } else if (error != EBUSY) {
        ++other_errors_;
      }
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
  }

  Thief thief_;
  std::uint32_t queue_;
  std::atomic<bool> ending_ = false;
  std::atomic<int> tries_ = 0, wins_ = 0, other_errors_ = 0;
  std::thread thread_;
};

class Storm : public DaemonNode {
 protected:
  void SetUp() override {
    start();
    ASSERT_TRUE(parks({5, 6, 7}));
  }

  bool parks(const Queues& queues) const {
    return eventually([&] { return nic->parked() == queues; }, patience);
  }

  static void tell(const std::string& when, const Thieving& thieving) {
    std::printf("figure: %s a pod won %d of %d tries to lease a queue by itself\n", when.c_str(),
                thieving.wins(), thieving.tries());
  }
};

// The guard lets go for the moment of an ADD. Whoever wins then deprives nobody: the ADD waits for the queue.
TEST_F(Storm, EveryAddGetsItsQueue) {
  Thieving of_the_pod(nic->ifindex(), 7);
  Thieving of_nobody(nic->ifindex(), 5);
  const auto rounds = repetitions(100, 25);
  for (unsigned round = 0; round < rounds; ++round) {
    const auto conf = network({7, 6}, {{"pairing", round % 2 == 0 ? "pair" : "single"}});
    ASSERT_TRUE(succeeded(runtime.add(named(pod), conf))) << round;
    ASSERT_TRUE(succeeded(runtime.del(named(pod), conf))) << round;
  }
  ASSERT_TRUE(eventually([&] { return of_the_pod.tries() >= 1000 && of_nobody.tries() >= 1000; }, patience));
  of_the_pod.end();
  of_nobody.end();
  tell("beside " + std::to_string(rounds) + " ADDs and DELs of the queue", of_the_pod);
  tell("beside " + std::to_string(rounds) + " ADDs and DELs of other queues", of_nobody);
  EXPECT_EQ(of_nobody.wins(), 0);
  EXPECT_EQ(of_the_pod.other_errors() + of_nobody.other_errors(), 0);
  EXPECT_TRUE(parks({5, 6, 7}));
}

// While the daemon starts, a thief may be faster; it is seen, and once the guard has the queue, it has it.
TEST_F(Storm, AtADaemonsStartIsOverWhenTheQueueIsParked) {
  watch.reset();
  daemon->end(SIGTERM);
  Thieving thieving(nic->ifindex(), 7);
  start();
  ASSERT_TRUE(parks({5, 6, 7}));
  const int wins = thieving.wins();
  const int tries = thieving.tries();
  ASSERT_TRUE(eventually([&] { return thieving.tries() >= tries + 1000; }, patience));
  thieving.end();
  tell("around the start of the daemon", thieving);
  EXPECT_EQ(thieving.wins(), wins) << "of the tries since the queue is parked";
}

}  // namespace
}  // namespace rxlease::tests
