// SPDX-License-Identifier: Apache-2.0
//
// The node daemon against the least device plugin there can be, in the same run: with 1, 8 and 16 NICs of 64
// queues. Prints a markdown table.
//
//   daemon_benchmark DIRECTORY_OF_THE_PROGRAMS
#include <array>
#include <cstdio>
#include <exception>
#include <list>
#include <thread>

#include "kernel/files.h"
#include "kernel/netlink/links.h"
#include "tests/benchmark/daemon/contestant.h"
#include "tests/benchmark/samples.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/nic/simulated_nic.h"
#include "tests/unit/scratch_directory.h"

namespace {

using namespace rxlease;
using namespace rxlease::benchmark;
using std::chrono::seconds;

constexpr std::array<std::size_t, 3> levels{1, 8, 16};
constexpr unsigned queues = 64;
constexpr std::size_t devices_a_nic = 63;  // queue 0 stays the host's
constexpr int starts = 5;
constexpr int allocations = 10'000;  // with one NIC; fewer with more
constexpr seconds idle_time{20};
constexpr int events = 1'000;

// One contestant's figures with so many NICs.
struct Figures {
  Samples first_list, allocate;  // ms
  long resident_kib = 0;         // after everything else
  double idle_cpu_ms = 0;        // a second
  double idle_wake_ups = 0;      // a second
  double events_cpu_ms = 0;      // for all events
};

struct Level {
  std::size_t nics = 0;
  Figures daemon, floor;
};

std::string write_config(const tests::ScratchDirectory& node) {
  const auto path = node / "config.yaml";
  kernel::replace_file(path,
                       "stateDirectory: " + (node / "state") + "\nkubeletDirectory: " + (node / "kubelet") +
                           "\npersistentDirectory: " + (node / "kept") +
                           "\nmetrics: { address: \"\" }\npools:\n- { name: rxq, selectors: { drivers: "
                           "[netdevsim] }, queues: { ids: [1-63] }, rss: keep, headerSplit: false }\n",
                       0644);
  return path;
}

Usage difference(const Usage& after, const Usage& before) {
  return {after.cpu_ms - before.cpu_ms, after.wake_ups - before.wake_ups, after.resident_kib};
}

// A change of a NIC that every listener hears of.
void make_event(const tests::SimulatedNic& nic, int number) {
  kernel::Link link;
  link.ifinfo.ifi_index = static_cast<int>(nic.ifindex());
  link.mtu = 1400 + static_cast<std::uint32_t>(number % 2);
  kernel::Links(tests::host().route()).setlink(link);
}

Level measure(tests::FakeKubelet& kubelet, const Program& daemon, const Program& floor,
              const std::list<tests::SimulatedNic>& nics) {
  Level level{nics.size(), {}, {}};
  const auto devices = nics.size() * devices_a_nic;
  std::fprintf(stderr, "%zu NICs\n", nics.size());
  for (int start = 0; start < starts; ++start) {
    level.daemon.first_list.add(Contestant(kubelet, daemon, devices).first_list_ms());
    level.floor.first_list.add(Contestant(kubelet, floor, devices).first_list_ms());
  }
  Contestant ours(kubelet, daemon, devices);
  Contestant least(kubelet, floor, devices);
  for (int call = 0; call < allocations / static_cast<int>(nics.size()); ++call) {
    level.daemon.allocate.add(ours.allocate_ms(static_cast<std::size_t>(call)));
    level.floor.allocate.add(least.allocate_ms(static_cast<std::size_t>(call)));
  }
  const auto while_doing = [&](auto activity, auto note) {
    const std::array before{ours.usage(), least.usage()};
    activity();
    note(level.daemon, difference(ours.usage(), before[0]));
    note(level.floor, difference(least.usage(), before[1]));
  };
  std::this_thread::sleep_for(seconds(3));  // what the calls left to do is done
  while_doing([] { std::this_thread::sleep_for(idle_time); },
              [](Figures& figures, const Usage& used) {
                figures.idle_cpu_ms = used.cpu_ms / idle_time.count();
                figures.idle_wake_ups = static_cast<double>(used.wake_ups) / idle_time.count();
              });
  while_doing(
      [&] {
        for (int event = 0; event < events; ++event) make_event(nics.front(), event);
        std::this_thread::sleep_for(seconds(1));
      },
      [](Figures& figures, const Usage& used) {
        figures.events_cpu_ms = used.cpu_ms;
        figures.resident_kib = used.resident_kib;
      });
  return level;
}

// A row of the table: a value of the daemon and of the floor for every level.
template <typename Value>
void print_row(const std::list<Level>& all, const char* what, const char* format, Value value) {
  std::printf("| %s |", what);
  for (const auto& level : all) {
    std::printf(" ");
    std::printf(format, value(level.daemon));
    std::printf(" / ");
    std::printf(format, value(level.floor));
    std::printf(" |");
  }
  std::printf("\n");
}

void print_report(const std::list<Level>& all) {
  std::printf("| daemon / floor |");
  for (const auto& level : all) std::printf(" %zu × %u queues |", level.nics, queues);
  std::printf("\n|---|---|---|---|\n");
  print_row(all, "first full list, ms after the start", "%.0f",
            [](const Figures& f) { return f.first_list.median(); });
  print_row(all, "Allocate p50, ms", "%.2f", [](const Figures& f) { return f.allocate.quantile(0.5); });
  print_row(all, "Allocate p99, ms", "%.2f", [](const Figures& f) { return f.allocate.quantile(0.99); });
  print_row(all, "resident memory, MiB", "%.1f",
            [](const Figures& f) { return static_cast<double>(f.resident_kib) / 1024; });
  print_row(all, "CPU at idle, ms a second", "%.1f", [](const Figures& f) { return f.idle_cpu_ms; });
  print_row(all, "wake-ups at idle, a second", "%.1f", [](const Figures& f) { return f.idle_wake_ups; });
  print_row(all, "CPU for 1,000 events, ms", "%.0f", [](const Figures& f) { return f.events_cpu_ms; });
}

void run(const std::string& programs) {
  const tests::ScratchDirectory node;
  tests::FakeKubelet kubelet(node / "kubelet");
  const Program daemon{
      programs + "/rxlease-device-plugin", {"--config", write_config(node)}, "rxlease-rxq.sock"};
  std::list<tests::SimulatedNic> nics;
  std::list<Level> all;
  for (const auto wanted : levels) {
    while (nics.size() < wanted) nics.emplace_back(queues);
    const Program floor{
        programs + "/daemon_floor", {node / "kubelet", std::to_string(wanted * devices_a_nic)}, "floor.sock"};
    all.push_back(measure(kubelet, daemon, floor, nics));
  }
  print_report(all);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::invalid_argument("usage: daemon_benchmark PROGRAMS");
    run(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "daemon_benchmark: %s\n", error.what());
    return 1;
  }
}
