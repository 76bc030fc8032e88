// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/allocate/preferred_allocation.h"

#include <algorithm>
#include <map>
#include <set>

namespace rxlease::deviceplugin::allocate {

namespace {

using kernel::DeviceId;

struct NicOffer {
  std::string nic;
  std::optional<int> numa_node;
  std::vector<std::uint32_t> queues;  // in order
};

using Run = std::vector<std::uint32_t>;  // neighbouring queues

std::vector<NicOffer> by_nic(const std::vector<Candidate>& available, const std::set<DeviceId>& taken) {
  std::map<std::string, NicOffer> offers;
  for (const auto& candidate : available) {
    if (taken.contains(candidate.id)) continue;
    auto& offer = offers[candidate.id.nic];
    offer.nic = candidate.id.nic;
    offer.numa_node = candidate.numa_node;
    offer.queues.push_back(candidate.id.queue);
  }
  std::vector<NicOffer> list;
  for (auto& [nic, offer] : offers) {
    std::ranges::sort(offer.queues);
    offer.queues.erase(std::unique(offer.queues.begin(), offer.queues.end()), offer.queues.end());
    list.push_back(std::move(offer));
  }
  return list;
}

std::vector<Run> runs_of(const std::vector<std::uint32_t>& queues) {
  std::vector<Run> runs;
  for (const auto queue : queues) {
    if (runs.empty() || runs.back().back() + 1 != queue) runs.emplace_back();
    runs.back().push_back(queue);
  }
  return runs;
}

// The shortest run of at least `wanted` queues, else the longest run; the caller takes the rest from others.
const Run& best_run(const std::vector<Run>& runs, std::size_t wanted) {
  const auto better = [&](const Run& a, const Run& b) {
    const bool a_fits = a.size() >= wanted;
    const bool b_fits = b.size() >= wanted;
    if (a_fits != b_fits) return a_fits;
    return a_fits ? a.size() < b.size() : a.size() > b.size();
  };
  return *std::ranges::min_element(runs, better);
}

void take_from(const NicOffer& offer, std::size_t size, std::vector<DeviceId>& chosen) {
  auto runs = runs_of(offer.queues);
  while (chosen.size() < size && !runs.empty()) {
    const auto& run = best_run(runs, size - chosen.size());
    for (const auto queue : run) {
      if (chosen.size() < size) chosen.push_back({offer.nic, queue});
    }
    runs.erase(runs.begin() + (&run - runs.data()));
  }
}

// As prefer(), of all that is available.
std::vector<DeviceId> choose(const std::vector<Candidate>& available, const std::vector<DeviceId>& required,
                             std::size_t size) {
  std::vector<DeviceId> chosen(required.begin(), required.end());
  auto offers = by_nic(available, {required.begin(), required.end()});
  std::optional<int> numa_node;
  for (const auto& candidate : available) {
    if (!required.empty() && candidate.id == required.front()) numa_node = candidate.numa_node;
  }
  while (chosen.size() < size && !offers.empty()) {
    const auto missing = size - chosen.size();
    // In this order: the NIC chosen first, its NUMA node, enough queues, few left over.
    const auto rank = [&](const NicOffer& offer) {
      const bool begun = !chosen.empty() && offer.nic == chosen.front().nic;
      const bool near = chosen.empty() || offer.numa_node == numa_node;
      const bool enough = offer.queues.size() >= missing;
      const auto left = enough ? offer.queues.size() - missing : missing - offer.queues.size();
      return std::tuple(!begun, !near, !enough, left);
    };
    const auto best =
        std::ranges::min_element(offers, [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    if (chosen.empty()) numa_node = best->numa_node;
    take_from(*best, size, chosen);
    offers.erase(best);
  }
  return chosen;
}

}  // namespace

std::vector<DeviceId> prefer(const std::vector<Candidate>& available, const std::vector<DeviceId>& required,
                             std::size_t size) {
  std::vector<Candidate> free;
  for (const auto& candidate : available) {
    const bool is_required = std::ranges::find(required, candidate.id) != required.end();
    if (candidate.is_free || is_required) free.push_back(candidate);
  }
  auto chosen = choose(free, required, size);
  return chosen.size() < size ? choose(available, chosen, size) : chosen;
}

}  // namespace rxlease::deviceplugin::allocate
