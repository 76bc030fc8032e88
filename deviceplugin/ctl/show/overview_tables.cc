// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/overview_tables.h"

#include <algorithm>
#include <iterator>

#include "deviceplugin/config/words.h"
#include "deviceplugin/ctl/terminal/table.h"

namespace rxlease::deviceplugin::ctl {

namespace {

using std::to_string;

enum class Shown { always, wide, narrow };

template <typename Row>
struct Column {
  Shown shown;
  const char* heading;
  std::string (*cell)(const Row& row);
  Tone (*tone)(const Row& row) = nullptr;  // null: plain
};

// How a table is shown.
struct Look {
  bool wide = false;
  Style style;
};

std::string joined(const std::vector<std::string>& parts, const char* separator = ",") {
  std::string text;
  for (const auto& part : parts) text.append(text.empty() ? "" : separator).append(part);
  return text;
}

template <typename Number>
std::string number(const std::optional<Number>& value) {
  return value ? to_string(*value) : "";
}

// Shortened as container tools do it.
std::string short_id(const std::string& container_id) {
  return container_id.substr(0, 12);
}

// The pod; its network namespace if the runtime did not name it.
std::string name_of(const Owner& owner) {
  return owner.pod().empty() ? owner.netns : owner.pod();
}

std::string holder(const QueueRow& row) {
  if (row.owner) return name_of(*row.owner);
  if (row.state.occupancy != pools::Occupancy::foreign) return "";
  return row.taker ? "foreign: " + name_of(*row.taker) : "foreign";
}

// Of a foreign lease: the pod that has taken the queue.
const std::optional<Owner>& pod_of(const LeaseRow& row) {
  return row.owner ? row.owner : row.taker;
}

// The interface that leases. Of a foreign one only the kernel's numbers are known.
std::string interface(const LeaseRow& row) {
  if (row.owner) return row.owner->interface;
  return "ifindex " + number(row.ifindex) + (row.netns_id ? ", netns id " + number(row.netns_id) : ", host");
}

template <typename Row>
std::string table_of(const std::vector<Row>& rows, const std::vector<Column<Row>>& all, const Look& look,
                     const char* when_empty) {
  if (rows.empty()) return std::string(when_empty) + "\n";
  std::vector<Column<Row>> columns;
  std::ranges::copy_if(all, std::back_inserter(columns), [&](const Column<Row>& column) {
    return column.shown != (look.wide ? Shown::narrow : Shown::wide);
  });
  std::vector<std::string> headings;
  headings.reserve(columns.size());
  for (const auto& column : columns) headings.emplace_back(column.heading);
  Table table(std::move(headings));
  for (const auto& row : rows) {
    std::vector<Cell> cells;
    cells.reserve(columns.size());
    for (const auto& column : columns) {
      cells.emplace_back(column.cell(row), column.tone == nullptr ? Tone::plain : column.tone(row));
    }
    table.add(std::move(cells));
  }
  return table.to_string(look.style);
}

Tone tone_of_link(const NicRow& row) {
  if (row.link == "up") return Tone::good;
  return row.link == "down" ? Tone::bad : Tone::doubtful;
}

Tone tone_of_health(const QueueRow& row) {
  return row.state.healthy ? Tone::good : Tone::bad;
}

Tone tone_of_problems(const PoolRow& row) {
  return row.unhealthy == 0 && row.problems.empty() ? Tone::plain : Tone::bad;
}

std::string state_of_lease(const LeaseRow& row) {
  return row.lent && row.state == LeaseState::leased ? "lent" : to_string(row.state);
}

Tone tone_of_lease(const LeaseRow& row) {
  switch (row.state) {
    case LeaseState::leased:
      return Tone::good;
    case LeaseState::foreign:
      return Tone::bad;
    case LeaseState::recorded:
      break;
  }
  return Tone::doubtful;
}

std::string nics_table(const Overview& overview, const Look& look) {
  using Row = const NicRow&;
  static const std::vector<Column<NicRow>> columns{
      {Shown::always, "NIC", [](Row row) { return row.details.nic.name; }},
      {Shown::always, "INTERFACE", [](Row row) { return row.details.nic.ifname; }},
      {Shown::wide, "IFINDEX", [](Row row) { return to_string(row.details.nic.ifindex); }},
      {Shown::always, "DRIVER", [](Row row) { return row.details.driver; }},
      {Shown::wide, "BUS", [](Row row) { return row.details.bus; }},
      {Shown::always, "NUMA", [](Row row) { return number(row.details.numa_node); }},
      {Shown::always, "QUEUES", [](Row row) { return to_string(row.details.rx_queues); }},
      {Shown::always, "LEASED", [](Row row) { return to_string(row.leased); }},
      {Shown::wide, "FOREIGN", [](Row row) { return to_string(row.foreign); }},
      {Shown::always, "LINK", [](Row row) { return row.link; }, tone_of_link},
      {Shown::always, "POOLS", [](Row row) { return joined(row.pools); }},
      {Shown::always, "CAN LEASE", [](Row row) {
         return row.cannot_lease.empty() ? "yes" : std::string("no: ").append(row.cannot_lease);
       }}};
  return table_of(overview.nics, columns, look, "This node has no NIC.");
}

// "its NIC is down (3 queues)": a line for every different reason would not fit into a row.
std::vector<std::string> problems_and_reasons(const PoolRow& row) {
  auto parts = row.problems;
  for (const auto& [reason, queues] : row.unhealthy_reasons) {
    parts.push_back(reason + " (" + to_string(queues) + (queues == 1 ? " queue)" : " queues)"));
  }
  return parts;
}

std::string pools_table(const Overview& overview, const Look& look) {
  using Row = const PoolRow&;
  static const std::vector<Column<PoolRow>> columns{
      {Shown::always, "POOL", [](Row row) { return row.name; }},
      {Shown::always, "RESOURCE", [](Row row) { return row.resource; }},
      {Shown::wide, "USE",
       [](Row row) { return std::string(config::word_for(config::pool_use_words, row.use)); }},
      {Shown::wide, "NICS", [](Row row) { return joined(row.nics); }},
      {Shown::always, "QUEUES", [](Row row) { return to_string(row.queues); }},
      {Shown::always, "FREE", [](Row row) { return to_string(row.free); }},
      {Shown::always, "LEASED", [](Row row) { return to_string(row.leased); }},
      {Shown::wide, "HEALTHY", [](Row row) { return to_string(row.healthy); }},
      {Shown::always, "UNHEALTHY", [](Row row) { return to_string(row.unhealthy); },
       [](Row row) { return row.unhealthy == 0 ? Tone::plain : Tone::bad; }},
      {Shown::narrow, "PROBLEM", [](Row row) { return joined(row.problems, "; "); }, tone_of_problems},
      {Shown::wide, "PROBLEMS", [](Row row) { return joined(problems_and_reasons(row), "; "); },
       tone_of_problems}};
  return table_of(overview.pools, columns, look, "No pool is configured.");
}

std::string queues_table(const Overview& overview, const Look& look) {
  using Row = const QueueRow&;
  static const std::vector<Column<QueueRow>> columns{
      {Shown::always, "DEVICE", [](Row row) { return row.state.id.to_string(); }},
      {Shown::wide, "NIC INTERFACE", [](Row row) { return row.state.ifname; }},
      {Shown::wide, "NUMA", [](Row row) { return number(row.state.numa_node); }},
      {Shown::always, "POOL", [](Row row) { return row.pool; }},
      {Shown::always, "USE", [](Row row) { return to_string(row.state.occupancy); }},
      {Shown::always, "HEALTH",
       [](Row row) { return std::string(row.state.healthy ? "healthy" : "unhealthy"); }, tone_of_health},
      {Shown::always, "HOLDER", holder},
      {Shown::wide, "CONTAINER", [](Row row) { return row.owner ? row.owner->container_id : ""; }},
      {Shown::wide, "INTERFACE", [](Row row) { return row.owner ? row.owner->interface : ""; }},
      {Shown::wide, "RX PACKETS", [](Row row) { return number(row.rx_packets); }},
      {Shown::wide, "RX BYTES", [](Row row) { return number(row.rx_bytes); }},
      {Shown::always, "REASON", [](Row row) { return row.state.reason; }}};
  return table_of(overview.queues, columns, look, "There is no queue to lease.");
}

std::string leases_table(const Overview& overview, const Look& look) {
  using Row = const LeaseRow&;
  static const std::vector<Column<LeaseRow>> columns{
      {Shown::always, "DEVICE", [](Row row) { return row.device; }},
      {Shown::wide, "POOL", [](Row row) { return row.pool; }},
      {Shown::always, "STATE", state_of_lease, tone_of_lease},
      {Shown::always, "POD", [](Row row) { return pod_of(row) ? pod_of(row)->pod() : ""; }},
      {Shown::narrow, "CONTAINER",
       [](Row row) { return pod_of(row) ? short_id(pod_of(row)->container_id) : ""; }},
      {Shown::wide, "CONTAINER", [](Row row) { return pod_of(row) ? pod_of(row)->container_id : ""; }},
      {Shown::always, "INTERFACE", interface},
      {Shown::always, "QUEUE", [](Row row) { return number(row.queue); }},
      {Shown::wide, "NETWORK", [](Row row) { return row.network; }},
      {Shown::wide, "PAIRING", [](Row row) { return row.pairing; }},
      {Shown::wide, "FLOWS", [](Row row) { return joined(row.flows); }},
      {Shown::wide, "NETNS", [](Row row) { return pod_of(row) ? pod_of(row)->netns : ""; }},
      {Shown::wide, "NETNS ID", [](Row row) { return number(row.netns_id); }},
      {Shown::wide, "IFINDEX", [](Row row) { return number(row.ifindex); }}};
  auto text = table_of(overview.leases, columns, look, "No queue is leased.");
  for (const auto& row : overview.leases) {
    if (!row.trouble.empty()) text += row.device + " is not healed: " + row.trouble + "\n";
  }
  return text;
}

std::string pods_table(const Overview& overview, const Look& look) {
  using Row = const PodRow&;
  static const std::vector<Column<PodRow>> columns{
      {Shown::always, "POD", [](Row row) { return row.owner.pod(); }},
      {Shown::narrow, "CONTAINER", [](Row row) { return short_id(row.owner.container_id); }},
      {Shown::wide, "CONTAINER", [](Row row) { return row.owner.container_id; }},
      {Shown::wide, "UID", [](Row row) { return row.owner.pod_uid; }},
      {Shown::wide, "NETNS", [](Row row) { return row.owner.netns; }},
      {Shown::always, "INTERFACES", [](Row row) { return joined(row.interfaces); }},
      {Shown::always, "DEVICES", [](Row row) { return joined(row.devices); }}};
  return table_of(overview.pods, columns, look, "No pod has a queue.");
}

std::string topic_table(const Overview& overview, Topic topic, const Look& look) {
  switch (topic) {
    case Topic::nics:
      return nics_table(overview, look);
    case Topic::pools:
      return pools_table(overview, {.wide = true, .style = look.style});
    case Topic::queues:
      return queues_table(overview, look);
    case Topic::leases:
      return leases_table(overview, look);
    case Topic::pods:
      return pods_table(overview, look);
    case Topic::all:
      break;
  }
  auto text = nics_table(overview, look);
  if (overview.configured) text.append("\n").append(pools_table(overview, look));
  return text.append("\n").append(leases_table(overview, look));
}

}  // namespace

std::string to_tables(const Overview& overview, Topic topic, bool wide, const Style& style) {
  auto text = topic_table(overview, topic, {wide, style});
  if (!overview.kernel_leases) {
    text += "This kernel cannot lease queues: it has no queue-create (Linux 7.1 or later does).\n";
  }
  for (const auto& path : overview.unreadable_records) text += path + " is no record of rxlease's\n";
  return text;
}

}  // namespace rxlease::deviceplugin::ctl
