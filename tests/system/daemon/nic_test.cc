// SPDX-License-Identifier: Apache-2.0
//
// NICs that go, come back and change. Only notifications tell of it: the slow timer is an hour.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "tests/system/daemon/daemon_node.h"
#include "tests/system/daemon/wires.h"
#include "tests/system/fixture/nic/channels.h"
#include "tests/system/fixture/refused.h"

namespace rxlease::tests {
namespace {

class ChangingNic : public DaemonNode {
 protected:
  ChangingNic() { configure({pool("rxq", nic->parent(), "[5-7]")}, "rescanSeconds: 3600\n"); }

  // Without the guard, which would keep the channels of its queues.
  void configure_unguarded(const std::string& rescan) {
    configure({pool("rxq", nic->parent(), "[5-7]")}, "guard: off\nrescanSeconds: " + rescan + "\n");
  }

  // The same NIC again: it takes the place that the last one left.
  void plug() { nic = std::make_unique<SimulatedNic>(8); }

  // As `ethtool -L`, which tells everybody; the old ioctl tells nobody.
  void ethtool(const std::string& channels) const {
    const auto command = "ethtool -L " + nic->ifname() + " combined " + channels;
    ASSERT_EQ(std::system(command.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
  }
};

TEST_F(ChangingNic, UnpluggedAndPluggedComesBackWithTheSameQueues) {
  start();
  for (int round = 0; round < 5; ++round) {
    nic->unplug();
    ASSERT_TRUE(watch->shows(all_unhealthy())) << round;
    plug();
    ASSERT_TRUE(watch->shows(all_healthy())) << round;
  }
  EXPECT_TRUE(logs({nic_name + "-rx[5-7]", "its NIC is gone"}));
}

TEST_F(ChangingNic, UnpluggedUnderTrafficTakesItsLeasesAlongAndNoStream) {
  SimulatedNic peer(8);
  plug_wire(*nic, peer);
  start();
  const auto stub = plugin();
  DeviceWatch second(*stub);
  allocate_and_add({7});
  std::atomic<bool> sending{true};
  std::thread sender([&] {
    while (sending) {
      try {
        send_frames(peer, 50);
      } catch (const std::exception&) {  // while nobody is at the other end
      }
    }
  });
  nic->unplug();
  EXPECT_TRUE(watch->shows(all_unhealthy()));
  EXPECT_TRUE(second.shows(all_unhealthy()));
  EXPECT_FALSE(pod.link("rxq0"));
  plug();
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_TRUE(second.shows(all_healthy()));
  sending = false;
  sender.join();
  ASSERT_TRUE(succeeded(runtime.del(named(pod), network({7}))));
  ASSERT_TRUE(succeeded(runtime.add(named(pod), network({7}))));
  EXPECT_EQ(kubelet->registrations().size(), 1U);
}

TEST_F(ChangingNic, IsRememberedByADaemonThatStartsWithoutIt) {
  configure(
      {"{ name: rxq, selectors: { parents: [" + nic->parent() + "] }, queues: { count: 3 }, rss: keep }"},
      "rescanSeconds: 3600\n");
  start();
  ASSERT_TRUE(watch->shows(all_healthy()));
  end();
  nic->unplug();
  start();
  EXPECT_TRUE(watch->shows(all_unhealthy()));
  plug();
  EXPECT_TRUE(watch->shows(all_healthy()));
}

// sysfs shows a NIC's queues one by one while it is made.
TEST_F(ChangingNic, IsNeverTakenForHalfOfItself) {
  constexpr unsigned queues = 64;
  configure({"{ name: rxq, selectors: { drivers: [netdevsim] }, queues: { count: 2 }, rss: keep }"},
            "rescanSeconds: 3600\n");
  start();
  Health expected{{nic->device_id(6), "Healthy"}, {nic->device_id(7), "Healthy"}};
  std::vector<std::unique_ptr<SimulatedNic>> more;
  for (int i = 0; i < 30; ++i) {
    more.push_back(std::make_unique<SimulatedNic>(queues));
    expected[more.back()->device_id(queues - 1)] = expected[more.back()->device_id(queues - 2)] = "Healthy";
  }
  EXPECT_TRUE(watch->shows(expected));
}

TEST_F(ChangingNic, SetDownAndUpLosesItsQueuesForThatTime) {
  SimulatedNic peer(8);
  plug_wire(*nic, peer);
  start();
  for (int round = 0; round < 3; ++round) {
    nic->set_up(false);
    ASSERT_TRUE(watch->shows(all_unhealthy())) << round;
    nic->set_up(true);
    ASSERT_TRUE(watch->shows(all_healthy())) << round;
  }
  EXPECT_TRUE(logs({nic_name + "-rx[5-7]", "its NIC is down"}));
}

TEST_F(ChangingNic, WithoutACarrierIsUnhealthyUntilItHasOneAgain) {
  SimulatedNic peer(8);
  plug_wire(*nic, peer);
  start();
  peer.set_up(false);
  EXPECT_TRUE(watch->shows(all_unhealthy()));
  EXPECT_TRUE(logs({nic_name + "-rx[5-7]", "its NIC has no carrier"}));
  peer.set_up(true);
  EXPECT_TRUE(watch->shows(all_healthy()));
  pull_wire(*nic);
  EXPECT_TRUE(watch->shows(all_unhealthy()));
  plug_wire(*nic, peer);
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(ChangingNic, ThatFlapsManyTimesLosesNoLease) {
  SimulatedNic peer(8);
  plug_wire(*nic, peer);
  start();
  allocate_and_add({7, 6});
  for (int i = 0; i < 50; ++i) {
    auto& flapping = i % 2 == 0 ? *nic : peer;
    flapping.set_up(false);
    flapping.set_up(true);
  }
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="leased"} 2)"));
  EXPECT_EQ(nic->leases().size(), 2U);
  EXPECT_EQ(runtime.records().size(), 1U);
}

TEST_F(ChangingNic, WithFewerChannelsLacksTheLastQueuesUntilTheyAreBack) {
  configure_unguarded("3600");
  start();
  ethtool("6");
  EXPECT_TRUE(watch->shows(health({6, 7})));
  EXPECT_TRUE(logs({nic_name + "-rx[6-7]", "its NIC has only 6 receive queues now"}));
  ethtool("2");
  EXPECT_TRUE(watch->shows(all_unhealthy()));
  ethtool("8");
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(ChangingNic, CannotGiveUpAQueueThatAPodLeases) {
  configure_unguarded("3600");
  start();
  allocate_and_add({6});
  EXPECT_TRUE(refused([&] { set_channels(nic->ifname(), 6); }, EINVAL));
  ethtool("7");
  EXPECT_TRUE(watch->shows(health({7})));
  ethtool("8");
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_EQ(nic->leases().size(), 1U);
}

// The queue's last owner has not called DEL when kubelet gives the queue to the next pod.
TEST_F(ChangingNic, ServesTheNextPodAfterItWasReplaced) {
  start();
  allocate_and_add({7});
  nic->unplug();
  kubelet->forget_allocations();
  kubelet->allocate("shop", "web-1", nic->device_ids({7}));
  plug();
  ASSERT_TRUE(watch->shows(all_healthy()));
  Pod next;
  EXPECT_TRUE(succeeded(runtime.add(named(next, "web-1"), network({7}))));
  EXPECT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="leased"} 1)"));
  EXPECT_TRUE(watch->shows(all_healthy()));
}

// The pool chooses anew whenever the reason for its choice is gone.
class ChosenAnew : public ChangingNic {
 protected:
  void configure_count(int count) {
    configure({by_count("rxq", "parents: [" + nic->parent() + "]", count)}, hour);
  }
  static std::string by_count(const std::string& name, const std::string& selectors, int count) {
    return "{ name: " + name + ", selectors: { " + selectors +
           " }, queues: { count: " + std::to_string(count) + " }, rss: keep, headerSplit: false }";
  }
  Health healthy(const std::vector<std::uint32_t>& queues) const {
    Health health;
    for (const auto queue : queues) health[nic->device_id(queue)] = "Healthy";
    return health;
  }
  void rename(const std::string& name) const {
    const auto command = "ip link set dev " + nic->ifname() + " name " + name;
    ASSERT_EQ(std::system(command.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
  }
  static constexpr const char* hour = "guard: off\nrescanSeconds: 3600\n";
};

TEST_F(ChosenAnew, WhenChannelsGrowAndShrink) {
  set_channels(nic->ifname(), 2);
  configure_count(2);
  start();
  EXPECT_TRUE(watch->shows(healthy({1})));
  ethtool("8");
  EXPECT_TRUE(watch->shows(healthy({6, 7})));
  ethtool("4");
  EXPECT_TRUE(watch->shows(healthy({2, 3})));
  ethtool("1");
  EXPECT_TRUE(watch->shows({}));
  EXPECT_TRUE(logs({"pool rxq: its NICs have no queue for it, since queue 0 stays with the host"}));
  EXPECT_TRUE(logs({"its queues of " + nic_name + " are chosen anew: [2-3] instead of [6-7]"}));
}

TEST_F(ChosenAnew, WithoutLosingAQueueThatAPodHas) {
  set_channels(nic->ifname(), 2);
  configure({by_count("rxq", "parents: [" + nic->parent() + "]", 1)}, "rescanSeconds: 1\n");
  start();
  allocate_and_add({1});
  ethtool("8");
  EXPECT_TRUE(watch->shows(healthy({1, 7})));
  EXPECT_TRUE(logs({"queues [1] of " + nic_name + " stay until no pod has them"}));
  ASSERT_TRUE(succeeded(runtime.del(named(pod), network({1}))));
  EXPECT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="free"} 2)"))
      << "kubelet has it allocated";
  kubelet->forget_allocations();
  EXPECT_TRUE(watch->shows(healthy({7})));
}

TEST_F(ChosenAnew, ForASmallerNicInTheSameSlot) {
  configure_count(2);
  start();
  ASSERT_TRUE(watch->shows(healthy({6, 7})));
  nic->unplug();
  ASSERT_TRUE(watch->shows({{nic->device_id(6), "Unhealthy"}, {nic->device_id(7), "Unhealthy"}}));
  nic = std::make_unique<SimulatedNic>(4);
  EXPECT_TRUE(watch->shows(healthy({2, 3})));
}

// It goes to the pool whose pattern it matches now, but for the queue that a pod has by the first.
TEST_F(ChosenAnew, WhenTheNicIsRenamedWhileItIsUp) {
  configure({by_count("rxq", "interfaces: [" + nic->ifname() + "]", 2),
             by_count("wan", "interfaces: [\"wan*\"]", 2)},
            "rescanSeconds: 1\n");
  start();
  ASSERT_TRUE(watch->shows(healthy({6, 7})));
  allocate_and_add({7});
  rename("wan0");
  EXPECT_TRUE(watch->shows(healthy({7})));
  const auto stub = plugin("wan");
  DeviceWatch wan(*stub);
  EXPECT_TRUE(wan.shows(healthy({6})));
  EXPECT_TRUE(logs({"pool wan", nic->device_id(7) + " joins once no pod has it", "of pool rxq"}));
  ASSERT_TRUE(succeeded(runtime.del(named(pod), network({7}))));
  kubelet->forget_allocations();
  EXPECT_TRUE(watch->shows({}));
  EXPECT_TRUE(wan.shows(healthy({6, 7})));
}

TEST_F(ChangingNic, ThatTellsNobodyIsSeenByTheSlowTimer) {
  configure_unguarded("1");
  start();
  set_channels(nic->ifname(), 6);
  EXPECT_TRUE(watch->shows(health({6, 7})));
}

}  // namespace
}  // namespace rxlease::tests
