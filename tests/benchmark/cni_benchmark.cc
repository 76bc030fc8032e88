// SPDX-License-Identifier: Apache-2.0
//
// Measures rxlease beside the reference plugin ptp and beside a floor, in the bench (see run):
//
//   cni_benchmark PROGRAMS REFERENCES ROUNDS
//
// Everything that is compared is measured in the same rounds, each time from another starting place, so that
// a drift of the machine hits all alike. The NIC is eth0, netdevsim1's first port. It asserts nothing about
// times.

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <list>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernel/netlink/links.h"
#include "kernel/netlink/socket/netlink_socket.h"
#include "tests/benchmark/contestants.h"
#include "tests/benchmark/pod_namespace.h"
#include "tests/benchmark/report.h"

namespace {

using namespace rxlease::benchmark;
using Verb = Contestants::Verb;

constexpr int warm_up_rounds = 2;
constexpr std::array<std::size_t, 2> levels{100, 500};
constexpr std::uint32_t measured_queue = 511;  // the present ones have those from 0 on

struct Entrant {
  std::function<Invocation(Verb, const Attachment&)> invocation;
  Verbs& verbs;
};

class Benchmark {
 public:
  explicit Benchmark(const Contestants& contestants) : contestants_(contestants) {}

  // Each entrant attaches a new pod, and detaches it again.
  void race(const std::vector<Entrant>& entrants, int rounds) {
    for (int round = -warm_up_rounds; round < rounds; ++round) {
      for (std::size_t i = 0; i < entrants.size(); ++i) {
        const auto& entrant =
            entrants[(i + static_cast<std::size_t>(round + warm_up_rounds)) % entrants.size()];
        const auto attachment = new_pod(measured_queue);
        const auto add = run(entrant.invocation(Verb::add, attachment));
        const auto del = run(entrant.invocation(Verb::del, attachment));
        if (round < 0) continue;
        entrant.verbs.add.add(add.milliseconds);
        entrant.verbs.del.add(del.milliseconds);
        entrant.verbs.peak_kib = std::max({entrant.verbs.peak_kib, add.peak_kib, del.peak_kib});
      }
    }
  }

  void fill_up_to(std::size_t attachments) {
    for (; present_ < attachments; ++present_) {
      run(contestants_.rxlease_with_noop(Verb::add, new_pod(static_cast<std::uint32_t>(present_))));
    }
  }

 private:
  // Namespaces are kept: the kernel tears them down in the background, which would disturb what comes next.
  Attachment new_pod(std::uint32_t queue) {
    const auto& pod = pods_.emplace_back();
    const auto number = std::to_string(pods_.size());
    const auto high = std::to_string(pods_.size() / 250);
    const auto low = std::to_string(pods_.size() % 250 + 2);
    return {std::string("pod").append(number), pod.path(), queue,
            std::string("10.64.").append(high).append(".").append(low)};
  }

  const Contestants& contestants_;
  std::list<PodNamespace> pods_;
  std::size_t present_ = 0;
};

std::uint32_t nic_ifindex() {
  rxlease::kernel::NetlinkSocket route(NETLINK_ROUTE);
  const auto nic = rxlease::kernel::Links(route).getlink("eth0");
  if (!nic) throw std::runtime_error("there is no eth0: boot with --nic 1:1:512");
  return nic->ifindex();
}

Measurements measure(const Contestants& all, int rounds) {
  Measurements m;
  const auto entrant = [&](auto member, Verbs& verbs) {
    return Entrant{[&all, member](Verb verb, const Attachment& pod) { return (all.*member)(verb, pod); },
                   verbs};
  };
  const Entrant static_exec{[&all](Verb, const Attachment&) { return all.noop(); }, m.noop};
  Benchmark benchmark(all);
  // The first attachment of a node pays for more than the others.
  benchmark.fill_up_to(1);
  std::fprintf(stderr, "%d rounds of everybody\n", rounds);
  benchmark.race({entrant(&Contestants::rxlease, m.rxlease), entrant(&Contestants::ptp, m.ptp),
                  entrant(&Contestants::host_local, m.host_local),
                  entrant(&Contestants::rxlease_with_noop, m.rxlease_with_noop),
                  entrant(&Contestants::ptp_with_noop, m.ptp_with_noop),
                  entrant(&Contestants::floor, m.floor), static_exec},
                 rounds);
  m.levels.push_back({1, m.rxlease_with_noop, m.floor});
  for (const auto present : levels) {
    std::fprintf(stderr, "%d rounds with %zu attachments present\n", rounds, present);
    benchmark.fill_up_to(present);
    auto& level = m.levels.emplace_back();
    level.present = present;
    benchmark.race(
        {entrant(&Contestants::rxlease_with_noop, level.rxlease), entrant(&Contestants::floor, level.floor)},
        rounds);
  }
  m.plugin_bytes = std::filesystem::file_size(all.plugin());
  return m;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 4) throw std::invalid_argument("usage: cni_benchmark PROGRAMS REFERENCES ROUNDS");
    const Contestants all(argv[1], argv[2], "/run/benchmark", nic_ifindex());
    print_report(measure(all, std::stoi(argv[3])));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cni_benchmark: %s\n", error.what());
    return 1;
  }
}
