// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "deviceplugin/nic/rx_counters.h"
#include "deviceplugin/pools/lease_origin.h"
#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::operate {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::map<std::string, std::string>;

MetricFamily family(const char* name, const char* help, MetricType type) {
  MetricFamily result;
  result.name = name;
  result.help = help;
  result.type = type;
  return result;
}

void add(MetricFamily& to, const Labels& labels, double value) {
  ClientMetric metric;
  for (const auto& [name, text] : labels) metric.label.push_back({name, text});
  if (to.type == MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  to.metric.push_back(std::move(metric));
}

// As label values are written: without spaces and capitals, which queries would have to quote.
const char* label_of(pools::Occupancy occupancy) {
  switch (occupancy) {
    case pools::Occupancy::free:
      return "free";
    case pools::Occupancy::leased:
      return "leased";
    case pools::Occupancy::foreign:
      return "foreign_lease";
    case pools::Occupancy::af_xdp:
      return "af_xdp";
    case pools::Occupancy::memory_provider:
      return "memory_provider";
    case pools::Occupancy::unknown:
      break;
  }
  return "unknown";
}

MetricFamily build_info() {
  auto result =
      family("rxlease_build_info", "The daemon's version; the value is always 1.", MetricType::Gauge);
  add(result, {{"version", RXLEASE_VERSION}}, 1);
  return result;
}

MetricFamily queues(const pools::Snapshot& snapshot) {
  auto result = family("rxlease_queues", "Receive queues by pool, NIC and what they do.", MetricType::Gauge);
  for (const auto& pool : snapshot.pools) {
    std::map<Labels, int> counts;
    for (const auto& device : pool.devices) {
      ++counts[{{"pool", pool.name},
                {"nic", device.id.nic},
                {"state", label_of(device.occupancy)},
                {"health", device.healthy ? "healthy" : "unhealthy"}}];
    }
    for (const auto& [labels, count] : counts) add(result, labels, count);
  }
  return result;
}

// The labels of a foreign lease: `namespace` and `pod` of the pod that has taken the queue, as far as a
// record tells; `pool` is empty for a queue of the host's.
Labels labels_of_foreign(const pools::DeviceState& device, const std::string& pool,
                         const pools::Snapshot& snapshot) {
  Labels labels{{"nic", device.id.nic}, {"pool", pool}, {"namespace", ""}, {"pod", ""}};
  const auto* queue = nic::find_queue(snapshot.nics, device.id);
  const auto* taker = queue != nullptr && queue->lease
                          ? pools::neighbour(*queue->lease, snapshot.attachments, snapshot.namespaces)
                          : nullptr;
  if (taker == nullptr) return labels;
  labels["namespace"] = taker->pod_namespace;
  labels["pod"] = taker->pod_name;
  return labels;
}

MetricFamily foreign_leases(const pools::Snapshot& snapshot) {
  auto result = family("rxlease_foreign_leases",
                       "Queues, the host's included, that are leased without a record, by NIC and pod.",
                       MetricType::Gauge);
  std::map<Labels, int> counts;
  const auto count = [&](const std::vector<pools::DeviceState>& devices, const std::string& pool) {
    for (const auto& device : devices) {
      if (device.occupancy == pools::Occupancy::foreign) ++counts[labels_of_foreign(device, pool, snapshot)];
    }
  };
  for (const auto& pool : snapshot.pools) count(pool.devices, pool.name);
  count(snapshot.host_queues, "");
  for (const auto& [labels, number] : counts) add(result, labels, number);
  return result;
}

// A leased queue and its pod.
struct LeasedQueue {
  std::uint32_t ifindex = 0;
  std::uint32_t queue = 0;
  Labels labels;
};

// The pool that has the queue; empty: none, as for a queue that a network's `devices` name.
std::string pool_of(const kernel::DeviceId& id, const pools::Snapshot& snapshot) {
  const auto found =
      std::ranges::find_if(snapshot.pools, [&](const auto& pool) { return pool.find(id) != nullptr; });
  return found == snapshot.pools.end() ? "" : found->name;
}

// By leases, not by records: a record may outlive its lease.
std::vector<LeasedQueue> leased_queues(const pools::Snapshot& snapshot) {
  std::vector<LeasedQueue> leased;
  for (const auto& nic : snapshot.nics) {
    for (const auto& [queue, use] : nic.queues) {
      const kernel::DeviceId id{nic.details.nic.name, queue};
      const auto* attachment =
          use.lease ? pools::explanation(id, *use.lease, snapshot.attachments, snapshot.namespaces) : nullptr;
      if (attachment == nullptr) continue;
      leased.push_back({nic.details.nic.ifindex,
                        queue,
                        {{"device", id.to_string()},
                         {"nic", id.nic},
                         {"pool", pool_of(id, snapshot)},
                         {"namespace", attachment->pod_namespace},
                         {"pod", attachment->pod_name},
                         {"interface", attachment->interface}}});
    }
  }
  return leased;
}

std::vector<MetricFamily> queue_counters(const pools::Snapshot& snapshot, nic::CounterMemory& memory) {
  auto packets =
      family("rxlease_queue_rx_packets_total", "Packets that a leased queue received.", MetricType::Counter);
  auto bytes =
      family("rxlease_queue_rx_bytes_total", "Bytes that a leased queue received.", MetricType::Counter);
  auto drops = family("rxlease_queue_rx_drops_total", "Packets that the NIC dropped for a leased queue.",
                      MetricType::Counter);
  kernel::LinuxNamespace here(kernel::NetNs::current());
  const auto netdev = kernel::Netdev::open(here.generic());
  std::map<std::uint32_t, std::map<std::uint32_t, kernel::Qstats>> counters;
  for (const auto& queue : leased_queues(snapshot)) {
    if (!netdev) break;
    if (!counters.contains(queue.ifindex)) counters[queue.ifindex] = nic::rx_counters(*netdev, queue.ifindex);
    const auto entry = memory.continued(queue.ifindex, queue.queue, counters[queue.ifindex][queue.queue]);
    if (entry.rx_packets) add(packets, queue.labels, static_cast<double>(*entry.rx_packets));
    if (entry.rx_bytes) add(bytes, queue.labels, static_cast<double>(*entry.rx_bytes));
    if (entry.rx_hw_drops) add(drops, queue.labels, static_cast<double>(*entry.rx_hw_drops));
  }
  return {packets, bytes, drops};
}

}  // namespace

void Metrics::update(pools::Snapshot snapshot) {
  add_durations_.observe(snapshot.attachments);
  const std::scoped_lock lock(mutex_);
  snapshot_ = std::move(snapshot);
  queue_counters(snapshot_, counters_);  // so that little is lost where counters begin anew
}

std::string Metrics::scrape() const {
  const std::scoped_lock lock(mutex_);
  const auto& snapshot = snapshot_;
  auto families = queue_counters(snapshot, counters_);
  families.push_back(queues(snapshot));
  families.push_back(foreign_leases(snapshot));
  auto attachments =
      family("rxlease_attachments", "Pod interfaces that rxlease keeps records of.", MetricType::Gauge);
  add(attachments, {}, static_cast<double>(snapshot.attachments.size()));
  families.push_back(attachments);
  families.push_back(build_info());
  for (auto& counted : registry_.Collect()) families.push_back(std::move(counted));
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return text.str();
}

}  // namespace rxlease::deviceplugin::operate
