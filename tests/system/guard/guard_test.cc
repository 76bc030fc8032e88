// SPDX-License-Identifier: Apache-2.0
//
// Which queues the guard holds, and for how long.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <filesystem>

#include "tests/system/daemon/daemon_node.h"
#include "tests/system/guard/thief.h"

namespace rxlease::tests {
namespace {

using testing::HasSubstr;
using testing::Not;
using Queues = std::set<std::uint32_t>;

class Guard : public DaemonNode {
 protected:
  void configure_guard(const std::string& guard) {
    configure({pool("rxq", nic->parent(), "[5-7]")}, "rescanSeconds: 1\nguard: " + guard + "\n");
  }

  testing::AssertionResult parks(const Queues& queues) const {
    const bool found = eventually([&] { return nic->parked() == queues; }, patience);
    return testing::AssertionResult(found) << "parked are " << testing::PrintToString(nic->parked());
  }

  // Nobody leases a queue, nor does a namespace that is being taken apart.
  bool is_unleased() const {
    for (const auto& queue : netdev_of(host()).queue_get_dump(nic->ifindex())) {
      if (queue.lease) return false;
    }
    return true;
  }
};

TEST_F(Guard, HoldsTheFreeQueuesOfItsPools) {
  start();
  ASSERT_TRUE(parks({5, 6, 7}));
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_TRUE(counts("rxlease_guard_parked_queues 3"));
  Thief thief(nic->ifindex());
  for (const std::uint32_t queue : {5U, 6U, 7U}) EXPECT_EQ(thief.try_to_lease(queue), EBUSY) << queue;
  EXPECT_EQ(thief.try_to_lease(1), 0) << "it is no pool's";
  EXPECT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="free"} 3)"));
  EXPECT_THAT(log(), Not(HasSubstr("unhealthy")));
}

TEST_F(Guard, HoldsTheHostsQueuesAsWellIfAsked) {
  configure_guard("nic");
  start();
  ASSERT_TRUE(parks({0, 1, 2, 3, 4, 5, 6, 7}));
  Thief thief(nic->ifindex());
  for (std::uint32_t queue = 0; queue < 8; ++queue) EXPECT_EQ(thief.try_to_lease(queue), EBUSY) << queue;
  configure_guard("pool");
  EXPECT_TRUE(parks({5, 6, 7}));
  configure_guard("off");
  EXPECT_TRUE(parks({}));
  configure_guard("nic");
  EXPECT_TRUE(parks({0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST_F(Guard, ParksAQueueAgainAfterThePod) {
  start();
  ASSERT_TRUE(parks({5, 6, 7}));
  for (const auto* pairing : {"pair", "single"}) {
    const auto conf = network({7, 6}, {{"pairing", pairing}});
    ASSERT_TRUE(succeeded(runtime.add(named(pod), conf)));
    EXPECT_EQ(nic->leases().size(), 2U);
    EXPECT_TRUE(parks({5}));
    ASSERT_TRUE(succeeded(runtime.del(named(pod), conf)));
    EXPECT_TRUE(parks({5, 6, 7}));
  }
  EXPECT_THAT(metrics(), Not(HasSubstr("\nrxlease_guard_taken_total 0")));
  EXPECT_THAT(log(), Not(HasSubstr("unhealthy")));
}

// As one of an earlier release: its record tells the daemon.
TEST_F(Guard, LetsGoForAPluginThatDoesNotAsk) {
  start();
  ASSERT_TRUE(parks({5, 6, 7}));
  std::filesystem::remove(runtime.state_directory() + "/node.sock");
  ASSERT_TRUE(succeeded(runtime.add(named(pod), network({7, 6}))));
  EXPECT_EQ(nic->leases().size(), 2U);
  EXPECT_TRUE(parks({5}));
}

TEST_F(Guard, EndsWithTheDaemonHoweverThatEnds) {
  for (const int signal : {SIGTERM, SIGKILL}) {
    start();
    ASSERT_TRUE(parks({5, 6, 7}));
    watch.reset();
    daemon->end(signal);
    EXPECT_TRUE(signal != SIGTERM || is_unleased()) << "at once";
    EXPECT_TRUE(eventually([&] { return is_unleased(); }));
    Thief thief(nic->ifindex());
    EXPECT_EQ(thief.try_to_lease(7), 0);
    daemon.reset();
    kubelet.emplace(node / "kubelet");
  }
}

// The kernel takes the namespace of the killed one apart meanwhile.
TEST_F(Guard, OfAKilledDaemonIsNoForeignLeaseForTheNext) {
  start();
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(parks({5, 6, 7}));
    watch.reset();
    daemon->end(SIGKILL);
    start();
  }
  EXPECT_TRUE(parks({5, 6, 7}));
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_THAT(log(), Not(HasSubstr("no attachment of rxlease explains")));
}

TEST_F(Guard, DoesNotKeepANicFromBeingUnplugged) {
  start();
  ASSERT_TRUE(parks({5, 6, 7}));
  nic.reset();
  nic = std::make_unique<SimulatedNic>(8);
  EXPECT_TRUE(parks({5, 6, 7}));
  nic->set_up(false);
  nic->set_up(true);
  EXPECT_TRUE(parks({5, 6, 7}));
}

// A netkit of the guard's that somebody has deleted by the id of its namespace.
TEST_F(Guard, ParksAgainWhatSomebodyHasEnded) {
  start();
  ASSERT_TRUE(parks({5, 6, 7}));
  for (const auto& queue : netdev_of(host()).queue_get_dump(nic->ifindex())) {
    if (queue.lease) kernel::Links(host().route()).dellink(queue.lease->ifindex, queue.lease->netns_id);
  }
  EXPECT_TRUE(parks({5, 6, 7}));
}

TEST_F(Guard, LeavesAQueueToWhoeverWasFaster) {
  Thief thief(nic->ifindex());
  ASSERT_EQ(thief.try_to_lease(6), 0);
  start();
  EXPECT_TRUE(parks({5, 7}));
  EXPECT_TRUE(watch->shows(health({6})));
  thief.give_back();
  EXPECT_TRUE(parks({5, 6, 7}));
  EXPECT_TRUE(watch->shows(all_healthy()));
}

}  // namespace
}  // namespace rxlease::tests
