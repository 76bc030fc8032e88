// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/overview_json.h"

#include "deviceplugin/config/words.h"
#include "deviceplugin/ctl/show/json_members.h"

namespace rxlease::deviceplugin::ctl {

namespace {

using nlohmann::ordered_json;

ordered_json to_json(const std::optional<Owner>& owner) {
  if (!owner) return nullptr;
  auto object = pod_members(*owner);
  object["interface"] = owner->interface;
  return object;
}

ordered_json to_json(const NicRow& row) {
  const auto& details = row.details;
  return {{"name", details.nic.name},
          {"interface", details.nic.ifname},
          {"ifindex", details.nic.ifindex},
          {"driver", text_or_null(details.driver)},
          {"bus", text_or_null(details.bus)},
          {"parent", details.parent},
          {"numaNode", or_null(details.numa_node)},
          {"rxQueues", details.rx_queues},
          {"leasedQueues", row.leased},
          {"foreignLeases", row.foreign},
          {"link", row.link},
          {"canLease", row.cannot_lease.empty()},
          {"cannotLeaseReason", text_or_null(row.cannot_lease)},
          {"pools", row.pools}};
}

ordered_json to_json(const PoolRow& row) {
  auto reasons = ordered_json::array();
  for (const auto& [reason, queues] : row.unhealthy_reasons) {
    reasons.push_back({{"reason", reason}, {"queues", queues}});
  }
  return {{"name", row.name},
          {"resource", row.resource},
          {"use", config::word_for(config::pool_use_words, row.use)},
          {"nics", row.nics},
          {"queues", row.queues},
          {"free", row.free},
          {"leased", row.leased},
          {"healthy", row.healthy},
          {"unhealthy", row.unhealthy},
          {"unhealthyReasons", std::move(reasons)},
          {"problems", row.problems}};
}

ordered_json to_json(const QueueRow& row) {
  const auto& state = row.state;
  return {{"device", state.id.to_string()},
          {"nic", state.id.nic},
          {"queue", state.id.queue},
          {"interface", text_or_null(state.ifname)},
          {"numaNode", or_null(state.numa_node)},
          {"pool", text_or_null(row.pool)},
          {"use", to_string(state.occupancy)},
          {"healthy", state.healthy},
          {"reason", text_or_null(state.reason)},
          {"holder", to_json(row.owner)},
          {"rxPackets", or_null(row.rx_packets)},
          {"rxBytes", or_null(row.rx_bytes)}};
}

ordered_json to_json(const LeaseRow& row) {
  return {{"device", row.device},
          {"pool", text_or_null(row.pool)},
          {"state", to_string(row.state)},
          {"holder", to_json(row.owner)},
          {"takenBy", row.taker ? pod_members(*row.taker) : ordered_json()},
          {"queue", or_null(row.queue)},
          {"ifindex", or_null(row.ifindex)},
          {"netnsId", or_null(row.netns_id)},
          {"network", text_or_null(row.network)},
          {"pairing", text_or_null(row.pairing)},
          {"flows", row.flows},
          {"lent", row.lent},
          {"trouble", text_or_null(row.trouble)}};
}

ordered_json to_json(const PodRow& row) {
  auto object = pod_members(row.owner);
  object["interfaces"] = row.interfaces;
  object["devices"] = row.devices;
  return object;
}

template <typename Row>
ordered_json list_of(const std::vector<Row>& rows) {
  auto list = ordered_json::array();
  for (const auto& row : rows) list.push_back(to_json(row));
  return list;
}

}  // namespace

std::string to_json_text(const Overview& overview, Topic topic) {
  const auto wanted = [&](Topic one) { return topic == Topic::all || topic == one; };
  auto object = ordered_json::object();
  if (wanted(Topic::nics)) object["nics"] = list_of(overview.nics);
  if (wanted(Topic::pools)) object["pools"] = list_of(overview.pools);
  if (wanted(Topic::queues)) object["queues"] = list_of(overview.queues);
  if (wanted(Topic::leases)) object["leases"] = list_of(overview.leases);
  if (wanted(Topic::pods)) object["pods"] = list_of(overview.pods);
  if (topic == Topic::all) {
    object["unreadableRecords"] = overview.unreadable_records;
    object["kernelCanLease"] = overview.kernel_leases;
  }
  // Names in records need not be UTF-8.
  return object.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace rxlease::deviceplugin::ctl
