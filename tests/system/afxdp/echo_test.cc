// SPDX-License-Identifier: Apache-2.0
//
// Packets to AF_XDP sockets of pods, and back.
#include <bpf/bpf.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <thread>

#include "attachment/record/lease_file.h"
#include "deviceplugin/xdp/bpf.h"
#include "tests/system/afxdp/afxdp_node.h"
#include "tests/system/afxdp/caller.h"
#include "tests/system/fixture/sampled_rounds.h"

namespace rxlease::tests {
namespace {

// A kernel that checks itself is many times slower: it gets less to do.
std::uint32_t packets(std::uint32_t count) {
  return std::getenv("RXLEASE_LINUX_CHECKS") != nullptr ? count / 200 : count;
}

std::string all_zero_copy(std::uint32_t count) {
  return std::to_string(count) + " packets, zero-copy; 0 dropped, 0 without room in the ring, 0 invalid\n";
}

class AfxdpEcho : public AfxdpNode {
 protected:
  void SetUp() override { start(); }

  // So many packets for the queue come back, and the echo, which is for as many, says that it copied none.
  void expect_echoes(ChildProcess process, std::uint32_t queue, std::uint32_t count) const {
    const auto asked = ask(client, 7000 + queue, count);
    EXPECT_EQ(asked.answered, count);
    const auto finished = process.wait();
    EXPECT_EQ(finished.status, 0) << finished.errors;
    EXPECT_THAT(finished.output, testing::EndsWith(all_zero_copy(count)));
  }
};

TEST_F(AfxdpEcho, OfThousandsOfPacketsCopiesNone) {
  const auto container = give(pod, {7});
  const auto count = packets(repetitions(100'000, 20'000));
  expect_echoes(echo(container, 7, count), 7, count);
  EXPECT_TRUE(watch->shows(health("Healthy")));
}

TEST_F(AfxdpEcho, WorksByThePinnedMapAsWell) {
  const auto container = give(pod, {7}).allowing("bpf");
  expect_echoes(echo(container, 7, packets(2000), {"map"}), 7, packets(2000));
}

// Which is what the daemon's socket is for.
TEST_F(AfxdpEcho, CannotUseThePinnedMapUnderTheRuntimesSeccompProfile) {
  const auto container = give(pod, {7});
  auto process = container.start("afxdp_echo", {folder(7), "1", "map"});
  const auto finished = process.wait();
  EXPECT_NE(finished.status, 0);
  EXPECT_THAT(finished.errors, testing::HasSubstr("Operation not permitted"));
}

TEST_F(AfxdpEcho, WorksOnEveryQueueOfAPodWithSeveral) {
  const auto container = give(pod, {5, 7, 6}).allowing("bpf");
  for (const std::uint32_t queue : {5U, 6U, 7U}) {
    expect_echoes(echo(container, queue, packets(1000)), queue, packets(1000));
    expect_echoes(echo(container, queue, packets(1000), {"map"}), queue, packets(1000));
  }
}

// The kernel lets go of the queue after the process.
TEST_F(AfxdpEcho, OfAProcessBeginsAsSoonAsTheLastOneWasKilled) {
  const auto container = give(pod, {7});
  for (int round = 0; round < 5; ++round) {
    const auto process = echo(container, 7, 0);
    ASSERT_EQ(ask(client, 7007, 10).answered, 10U);
    process.kill(SIGKILL);
  }
}

// The XDP program takes a packet before netfilter is shown it.
TEST_F(AfxdpEcho, IsNotKeptFromThePodByAFilterOfTheNode) {
  const std::string rule = " PREROUTING --protocol udp --dport 7007 --jump DROP";
  const auto container = give(pod, {7});
  ASSERT_EQ(std::system(("iptables --table raw --append" + rule).c_str()),
            0);  // NOLINT(concurrency-mt-unsafe)
  expect_echoes(echo(container, 7, packets(2000)), 7, packets(2000));
  ASSERT_EQ(std::system(("iptables --table raw --delete" + rule).c_str()),
            0);  // NOLINT(concurrency-mt-unsafe)
}

TEST_F(AfxdpEcho, LeavesTheHostItsOwnTraffic) {
  const auto container = give(pod, {7});
  const auto process = echo(container, 7, 0);
  run("ip netns exec " + client.name() + " python3 " + std::getenv("RXLEASE_ROOT") +
      "/tests/clients/ping 10.0.0.1");
}

TEST_F(AfxdpEcho, IsHealthyWhileAPodsSocketHasItsQueue) {
  const auto container = give(pod, {7});
  const auto process = echo(container, 7, 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));  // a look of the slow timer's
  EXPECT_TRUE(watch->shows(health("Healthy")));
}

TEST_F(AfxdpEcho, OfTwoPodsGoesOnSideBySide) {
  const auto one = give(pod, {7});
  const auto two = give(other, {6});
  const auto count = packets(10'000);
  auto first = echo(one, 7, count);
  auto second = echo(two, 6, count);
  std::thread beside([&] { EXPECT_EQ(ask(client, 7006, count).answered, count); });
  EXPECT_EQ(ask(client, 7007, count).answered, count);
  beside.join();
  EXPECT_THAT(first.wait().output, testing::EndsWith(all_zero_copy(count)));
  EXPECT_THAT(second.wait().output, testing::EndsWith(all_zero_copy(count)));
}

TEST_F(AfxdpEcho, GoesOnWhileTheDaemonIsKilledAndStartsAgain) {
  const auto container = give(pod, {7});
  const auto process = echo(container, 7, 0);
  std::atomic<bool> enough{false};
  Asked asked;
  std::thread asking([&] { asked = ask(client, 7007, 10'000'000, 10'000, &enough); });
  for (int round = 0; round < 3; ++round) kill_and_restart();
  enough = true;
  asking.join();
  EXPECT_GT(asked.sent, 100U);
  EXPECT_EQ(asked.answered, asked.sent) << "a packet was lost";
  EXPECT_TRUE(watch->shows(health("Healthy")));
}

// A daemon that was away finds the folders, and programs that come now find it.
TEST_F(AfxdpEcho, BeginsAfterARestartOfTheDaemon) {
  const auto container = give(pod, {7}).allowing("bpf");
  kill_and_restart();
  expect_echoes(echo(container, 7, packets(1000)), 7, packets(1000));
  expect_echoes(echo(container, 7, packets(1000), {"map"}), 7, packets(1000));
}

TEST_F(AfxdpEcho, OfTheNextPodWorksAfterTheLastWasKilled) {
  const auto container = give(pod, {7});
  const auto kept = deviceplugin::xdp::open_pinned(std::string(bpf_directory) + "/simnic+0+p1/rx7");
  ASSERT_TRUE(kept);
  {
    const auto process = echo(container, 7, 0);
    ASSERT_EQ(ask(client, 7007, 10).answered, 10U);
    process.kill(SIGKILL);
  }
  ASSERT_TRUE(succeeded(detach(pod, {7})));
  const auto next = give(other, {7});
  auto process = echo(next, 7, packets(1000));
  // Whatever the first pod does with the map that it may have kept reaches nobody.
  const std::uint32_t key = 1;
  bpf_map_delete_elem(kept->get(), &key);
  EXPECT_EQ(bpf_map_freeze(kept->get()), 0);
  expect_echoes(std::move(process), 7, packets(1000));
}

TEST_F(AfxdpEcho, EndsWithItsNicAndBeginsWithTheNext) {
  const auto container = give(pod, {7});
  {
    const auto process = echo(container, 7, 0);
    ASSERT_EQ(ask(client, 7007, 10).answered, 10U);
    nic->unplug();
    EXPECT_TRUE(watch->shows(health("Unhealthy")));
  }
  ASSERT_TRUE(succeeded(detach(pod, {7})));
  nic.emplace(client);
  nic->steer(7007, 7);
  EXPECT_TRUE(watch->shows(health("Healthy")));
  const auto again = give(other, {7});
  expect_echoes(echo(again, 7, packets(1000)), 7, packets(1000));
}

// The pod's container is never restarted, nor is the program in it.
class AfxdpHealing : public AfxdpEcho {
 protected:
  const nlohmann::json steered{
      {"steering", {{{"protocol", "udp"}, {"dstPort", 7007}, {"dstPrefix", "10.0.0.1/32"}}}}};

  void SetUp() override {
    nic.reset();  // whose rules would be in the way
    nic.emplace(client);
    AfxdpEcho::SetUp();
  }

  void unplug() {
    nic->unplug();
    ASSERT_TRUE(watch->shows(health("Unhealthy")));
  }

  // The echo, which is for `left` packets more, has its queue again, and sends them back.
  void expect_goes_on(ChildProcess process, std::uint32_t left, std::uint32_t all) {
    ASSERT_TRUE(eventually([&] {
      return process.output_so_far().find("bound anew: the lease is of generation 2\nlistening on queue 1") !=
             std::string::npos;
    })) << process.output_so_far();
    EXPECT_EQ(ask(client, 7007, left).answered, left);
    const auto finished = process.wait();
    EXPECT_EQ(finished.status, 0) << finished.errors;
    EXPECT_THAT(finished.output, testing::EndsWith(all_zero_copy(all)));
    EXPECT_TRUE(watch->shows(health("Healthy")));
    EXPECT_TRUE(succeeded(detach(pod, {7}, steered)));
  }
};

TEST_F(AfxdpHealing, LetsAnEchoGoOnWhenItsNicHasComeBack) {
  const auto container = give(pod, {7}, steered);
  auto process = echo(container, 7, packets(2000));
  ASSERT_EQ(ask(client, 7007, packets(1000)).answered, packets(1000));
  unplug();
  nic.emplace(client);
  expect_goes_on(std::move(process), packets(1000), packets(2000));
}

TEST_F(AfxdpHealing, LetsAnEchoGoOnByThePinnedMapAsWell) {
  const auto container = give(pod, {7}, steered).allowing("bpf");
  auto process = echo(container, 7, packets(2000), {"map"});
  ASSERT_EQ(ask(client, 7007, packets(1000)).answered, packets(1000));
  unplug();
  nic.emplace(client);
  expect_goes_on(std::move(process), packets(1000), packets(2000));
}

// The program binds its queue as soon as it is leased, and the daemon must know the NIC's XDP program by
// then.
TEST_F(AfxdpHealing, TakesTheSocketAlthoughTheDaemonWasRestartedMeanwhile) {
  const auto container = give(pod, {7}, steered);
  auto process = echo(container, 7, packets(2000));
  ASSERT_EQ(ask(client, 7007, packets(1000)).answered, packets(1000));
  unplug();
  watch.reset();
  EXPECT_EQ(daemon->end(SIGKILL).status, 128 + SIGKILL);
  nic.emplace(client);
  start();
  expect_goes_on(std::move(process), packets(1000), packets(2000));
}

// lease.json tells a program that it has its queue again, and few programs connect twice.
TEST_F(AfxdpHealing, IsListenedForOnceLeaseJsonTellsOfIt) {
  give(pod, {7}, steered);
  give(other, {6});
  unplug();
  watch.reset();
  EXPECT_EQ(daemon->end(SIGKILL).status, 128 + SIGKILL);
  nic.emplace(client);
  const auto connect_when_healed = [&](const Pod& from, std::uint32_t queue) {
    return std::async(std::launch::async, [&, queue] {
      const auto is_healed = [&] {
        const auto lease = attachment::read_lease_file(host_folder(queue) + "/lease.json");
        return lease && lease->generation == 2;
      };
      if (!eventually(is_healed, std::chrono::seconds(10))) throw std::runtime_error("it is not healed");
      return Caller(from, host_folder(queue) + "/afxdp.sock").say("/connect, web-0");
    });
  };
  auto first = connect_when_healed(pod, 7);
  auto second = connect_when_healed(other, 6);
  start();
  EXPECT_EQ(first.get(), "/host_ok");
  EXPECT_EQ(second.get(), "/host_ok");
}

}  // namespace
}  // namespace rxlease::tests
