// SPDX-License-Identifier: Apache-2.0
//
// How fast the daemon tells kubelet, and how often it wakes up for nothing. The figures are printed; the
// limits only catch what is out of all proportion.
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <thread>

#include "kernel/netlink/notifications.h"
#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {
namespace {

using Clock = DeviceWatch::Clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

// When the kernel first tells of a link while `action` runs.
Clock::time_point first_news_of(const std::function<void()>& action) {
  const kernel::Notifications links(NETLINK_ROUTE, {RTNLGRP_LINK});
  Clock::time_point heard;
  std::thread listener([&] {
    pollfd news{links.fd(), POLLIN, 0};
    poll(&news, 1, 10'000);
    heard = Clock::now();
  });
  action();
  listener.join();
  return heard;
}

class Figures : public DaemonNode {
 protected:
  Figures() { configure({pool("rxq", nic->parent(), "[5-7]")}, "rescanSeconds: 10\n"); }

  // Prints how long after `event`, which returns when it happened, kubelet knows of it; `back` undoes it.
  void measure(const char* what, const Health& then, const std::function<Clock::time_point()>& event,
               const std::function<void()>& back) {
    constexpr int rounds = 20;
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round) {
      ASSERT_TRUE(watch->shows(all_healthy()));
      std::this_thread::sleep_for(std::chrono::milliseconds(60));  // the last look's pause is over
      const auto happened = event();
      ASSERT_TRUE(watch->shows(then));
      times.push_back(Milliseconds(watch->last_came() - happened).count());
      back();
    }
    std::sort(times.begin(), times.end());
    std::printf("figure: from %s to kubelet: p50 %.1f ms, max %.1f ms of %d\n", what, times[rounds / 2],
                times.back(), rounds);
    EXPECT_LT(times[rounds / 2], 1000);
  }
};

TEST_F(Figures, FromAKernelEventToTheListForKubelet) {
  const auto plug = [&] {
    nic.reset();
    nic = std::make_unique<SimulatedNic>(8);
  };
  std::uint32_t netkit = 0;
  configure({pool("rxq", nic->parent(), "[5-7]")}, "rescanSeconds: 10\nguard: off\n");
  start();
  measure(
      "a NIC set down", all_unhealthy(), [&] { return first_news_of([&] { nic->set_up(false); }); }, plug);
  measure(
      "a NIC unplugged", all_unhealthy(), [&] { return first_news_of([&] { nic->unplug(); }); }, plug);
  measure(
      "a foreign lease with its netkit", health({6}),
      [&] {
        return first_news_of([&] {
          netkit = kernel::Links(host().route()).newlink(netkit_single("by-hand", 1)).ifindex();
          netdev_of(host()).queue_create(netkit, {nic->ifindex(), {6}, std::nullopt});
        });
      },
      [&] { kernel::Links(host().route()).dellink(netkit); });
}

// gRPC 1.51 goes through its lists of timers every second, empty or not, in threads that it names itself.
// Those of the daemon sleep.
TEST_F(Figures, WakeUpsAtIdle) {
  constexpr int seconds = 20;
  start();
  std::this_thread::sleep_for(std::chrono::seconds(3));
  const auto before = sleeps(daemon->pid());
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  double ours = 0;
  double all = 0;
  for (const auto& [thread, count] : sleeps(daemon->pid())) {
    const auto was = before.find(thread);
    const double rate = static_cast<double>(count - (was == before.end() ? 0 : was->second)) / seconds;
    if (rate > 0) std::printf("figure: %s wakes up %.2f times a second at idle\n", thread.c_str(), rate);
    all += rate;
    if (thread.starts_with("rxlease-device-")) ours += rate;
  }
  std::printf(
      "figure: %.2f wake-ups a second at idle, %.2f of them our own, where the slow timer takes 0.10\n", all,
      ours);
  EXPECT_LT(ours, 1);  // less than a thread that looks every second
}

}  // namespace
}  // namespace rxlease::tests
