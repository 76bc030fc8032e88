// SPDX-License-Identifier: Apache-2.0
//
// What the guard costs: memory and time, and the time of an ADD. The figures of docs/security.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "kernel/files.h"
#include "tests/system/daemon/daemon_node.h"
#include "tests/system/fixture/sampled_rounds.h"

namespace rxlease::tests {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point began) {
  return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

// Of a line of /proc/meminfo, such as "MemAvailable:".
double megabytes(const std::string& what) {
  std::istringstream lines(kernel::read_file("/proc/meminfo").value_or(""));
  for (std::string word; lines >> word;) {
    double kilobytes = 0;
    if (word == what && lines >> kilobytes) return kilobytes / 1024;
  }
  return 0;
}

class Cost : public DaemonNode {
 protected:
  double gauge(const std::string& name) const {
    std::istringstream lines(metrics());
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(name + " ")) return std::stod(line.substr(name.size()));
    }
    return -1;
  }

  double add_and_del(const nlohmann::json& conf) {
    const auto began = Clock::now();
    EXPECT_TRUE(succeeded(runtime.add(named(pod), conf)));
    const auto took = ms_since(began);
    EXPECT_TRUE(succeeded(runtime.del(named(pod), conf)));
    return took;
  }
};

TEST_F(Cost, OfSixteenNicsWithSixtyFourQueues) {
  constexpr std::size_t nic_count = 16;
  constexpr std::uint32_t queue_count = 64;
  std::vector<std::unique_ptr<SimulatedNic>> nics;
  std::string parents;
  for (std::size_t i = 0; i < nic_count; ++i) {
    nics.push_back(std::make_unique<SimulatedNic>(queue_count));
    parents += (i == 0 ? "" : ", ") + nics.back()->parent();
  }
  const auto parked = [&] { return gauge("rxlease_guard_parked_queues"); };
  const auto write = [&](const std::string& guard) {
    configure({pool("rxq", nic->parent(), "[5-7]"), pool("many", parents, "[1-63]")},
              "rescanSeconds: 3600\nguard: " + guard + "\n");
  };
  write("off");
  start();
  const auto settled = [] { std::this_thread::sleep_for(std::chrono::seconds(1)); };
  settled();
  const auto before = megabytes("MemAvailable:");
  auto began = Clock::now();
  write("nic");
  const double all = nic_count * queue_count + 8;
  ASSERT_TRUE(eventually([&] { return parked() == all; }, patience * 6));
  const auto parking = ms_since(began);
  settled();
  const auto after = megabytes("MemAvailable:");
  began = Clock::now();
  write("off");
  ASSERT_TRUE(eventually([&] { return parked() == 0; }, patience * 6));
  const auto letting_go = ms_since(began);
  write("nic");
  ASSERT_TRUE(eventually([&] { return parked() == all; }, patience * 6));
  watch.reset();
  began = Clock::now();
  daemon->end(SIGTERM);
  const auto ending = ms_since(began);
  std::printf(
      "figure: %.0f queues of %zu NICs: parked in %.0f ms with %.1f MB (%.1f kB each), let go in %.0f ms, by "
      "SIGTERM %.0f ms\n",
      all, nic_count + 1, parking, before - after, (before - after) * 1024 / all, letting_go, ending);
  for (const auto& one : nics) EXPECT_TRUE(one->parked().empty());
  EXPECT_LT((before - after) * 1024 / all, 200) << "kB for each queue";
}

TEST_F(Cost, OfAnAdd) {
  const unsigned rounds = repetitions(30, 9);
  for (const auto* pairing : {"pair", "single"}) {
    const auto conf = network({7}, {{"pairing", pairing}, {"ipam", runtime.host_local({"10.77.0.0/24"})}});
    std::vector<double> without;
    std::vector<double> with;
    for (int round = 0; round < 6; ++round) {
      const bool guarded = round % 2 == 1;
      configure({pool("rxq", nic->parent(), "[5-7]")},
                std::string("rescanSeconds: 3600\nguard: ") + (guarded ? "pool" : "off") + "\n");
      if (!daemon) start();
      const std::set<std::uint32_t> parked =
          guarded ? std::set<std::uint32_t>{5, 6, 7} : std::set<std::uint32_t>{};
      for (unsigned i = 0; i < rounds / 3; ++i) {
        ASSERT_TRUE(eventually([&] { return nic->parked() == parked; }, patience));
        std::this_thread::sleep_for(std::chrono::milliseconds(250));  // the daemon's second scan
        (guarded ? with : without).push_back(add_and_del(conf));
      }
    }
    std::ranges::sort(without);
    std::ranges::sort(with);
    const auto ratio = with[rounds / 2] / without[rounds / 2];
    std::printf(
        "figure: ADD of a %s takes %.1f ms without the guard, %.1f ms with it: %.2f times (medians of %u)\n",
        pairing, without[rounds / 2], with[rounds / 2], ratio, rounds);
    EXPECT_LT(ratio, 1.5) << "in the bench; see tests/benchmark for the machine's own time";
  }
}

}  // namespace
}  // namespace rxlease::tests
