// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/top/rates.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace rxlease::deviceplugin::ctl {

namespace {

using Counter = std::optional<std::uint64_t>;

std::optional<double> rate_of(const Counter& before, const Counter& after, double seconds) {
  if (!before || !after || *after < *before || seconds <= 0) return std::nullopt;
  return static_cast<double>(*after - *before) / seconds;
}

Rate rate_between(const kernel::Qstats& before, const kernel::Qstats& after, double seconds) {
  return {.packets = rate_of(before.rx_packets, after.rx_packets, seconds),
          .bytes = rate_of(before.rx_bytes, after.rx_bytes, seconds),
          .drops = rate_of(before.rx_hw_drops, after.rx_hw_drops, seconds)};
}

void add(std::optional<double>& sum, const std::optional<double>& value) {
  if (value) sum = sum.value_or(0) + *value;
}

void add(Rate& sum, const Rate& rate) {
  add(sum.packets, rate.packets);
  add(sum.bytes, rate.bytes);
  add(sum.drops, rate.drops);
}

std::optional<std::uint32_t> ifindex_of(const Overview& overview, const std::string& nic) {
  const auto found =
      std::ranges::find_if(overview.nics, [&](const NicRow& row) { return row.details.nic.name == nic; });
  return found == overview.nics.end() ? std::nullopt : std::optional(found->details.nic.ifindex);
}

// The rates of each queue that both samples count, by NIC and queue.
std::map<std::string, std::map<std::uint32_t, Rate>> queue_rates(const Sample& before, const Sample& after) {
  const double seconds = std::chrono::duration<double>(after.at - before.at).count();
  std::map<std::string, std::map<std::uint32_t, Rate>> rates;
  for (const auto& [nic, counters] : after.counters) {
    const auto earlier = before.counters.find(nic);
    const bool same = ifindex_of(before.overview, nic) == ifindex_of(after.overview, nic);
    if (earlier == before.counters.end() || !same) continue;
    for (const auto& [queue, counter] : counters) {
      const auto found = earlier->second.find(queue);
      if (found != earlier->second.end()) {
        rates[nic][queue] = rate_between(found->second, counter, seconds);
      }
    }
  }
  return rates;
}

// The container that has a queue, by its id and the interface; nobody: empty.
std::pair<std::string, std::string> holder_of(const std::optional<Owner>& owner) {
  return owner ? std::pair(owner->container_id, owner->interface) : std::pair<std::string, std::string>();
}

bool had_the_same_holder(const Overview& before, const QueueRow& row) {
  const auto earlier =
      std::ranges::find_if(before.queues, [&](const QueueRow& one) { return one.state.id == row.state.id; });
  // A queue that nobody used may not be listed.
  const auto holder = earlier == before.queues.end() ? holder_of(std::nullopt) : holder_of(earlier->owner);
  return holder == holder_of(row.owner);
}

template <typename Row, typename Name>
void sort_by_rate(std::vector<Row>& rows, Name name_of) {
  std::ranges::stable_sort(rows, [&](const Row& a, const Row& b) {
    const auto key = [&](const Row& row) {
      return std::tuple(-row.rate.bytes.value_or(-1), -row.rate.packets.value_or(-1), name_of(row));
    };
    return key(a) < key(b);
  });
}

std::vector<PodRate> pod_rates(const std::vector<QueueRate>& queues) {
  std::map<std::string, PodRate> pods;
  for (const auto& queue : queues) {
    if (!queue.owner) continue;
    auto& pod = pods[queue.owner->container_id];
    pod.owner = *queue.owner;
    ++pod.queues;
    add(pod.rate, queue.rate);
  }
  std::vector<PodRate> list;
  list.reserve(pods.size());
  for (auto& [id, pod] : pods) list.push_back(std::move(pod));
  return list;
}

}  // namespace

Rates rates_between(const Sample& before, const Sample& after) {
  Rates rates;
  rates.over = after.at - before.at;
  const auto known = queue_rates(before, after);
  for (const auto& row : after.overview.nics) {
    NicRate nic{.name = row.details.nic.name, .ifname = row.details.nic.ifname, .rate = {}};
    if (const auto found = known.find(nic.name); found != known.end()) {
      for (const auto& [queue, rate] : found->second) add(nic.rate, rate);
    }
    rates.nics.push_back(std::move(nic));
  }
  for (const auto& row : after.overview.queues) {
    QueueRate queue{.id = row.state.id, .pool = row.pool, .owner = row.owner, .rate = {}};
    const auto nic = known.find(queue.id.nic);
    if (nic != known.end() && nic->second.contains(queue.id.queue) &&
        had_the_same_holder(before.overview, row)) {
      queue.rate = nic->second.at(queue.id.queue);
    }
    rates.queues.push_back(std::move(queue));
  }
  rates.pods = pod_rates(rates.queues);
  sort_by_rate(rates.nics, [](const NicRate& nic) { return nic.name; });
  sort_by_rate(rates.pods, [](const PodRate& pod) { return pod.owner.pod(); });
  sort_by_rate(rates.queues, [](const QueueRate& queue) { return queue.id; });
  return rates;
}

}  // namespace rxlease::deviceplugin::ctl
