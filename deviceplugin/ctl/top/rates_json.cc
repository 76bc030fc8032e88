// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/top/rates_json.h"

#include "deviceplugin/ctl/show/json_members.h"

namespace rxlease::deviceplugin::ctl {

namespace {

using nlohmann::ordered_json;

ordered_json with_rate(ordered_json object, const Rate& rate) {
  object["packetsPerSecond"] = or_null(rate.packets);
  object["bytesPerSecond"] = or_null(rate.bytes);
  object["dropsPerSecond"] = or_null(rate.drops);
  return object;
}

ordered_json to_json(const NicRate& nic) {
  return with_rate({{"name", nic.name}, {"interface", text_or_null(nic.ifname)}}, nic.rate);
}

ordered_json to_json(const PodRate& pod) {
  auto object = pod_members(pod.owner);
  object["queues"] = pod.queues;
  return with_rate(std::move(object), pod.rate);
}

ordered_json to_json(const QueueRate& queue) {
  return with_rate({{"device", queue.id.to_string()},
                    {"nic", queue.id.nic},
                    {"queue", queue.id.queue},
                    {"pool", text_or_null(queue.pool)},
                    {"holder", queue.owner ? pod_members(*queue.owner) : ordered_json()}},
                   queue.rate);
}

template <typename Row>
ordered_json list_of(const std::vector<Row>& rows) {
  auto list = ordered_json::array();
  for (const auto& row : rows) list.push_back(to_json(row));
  return list;
}

}  // namespace

std::string to_json_line(const Rates& rates, TopTopic topic) {
  const auto wanted = [&](TopTopic one) { return topic == TopTopic::all || topic == one; };
  ordered_json object{{"seconds", rates.over.count()}};
  if (wanted(TopTopic::nics)) object["nics"] = list_of(rates.nics);
  if (wanted(TopTopic::pods)) object["pods"] = list_of(rates.pods);
  if (wanted(TopTopic::queues)) object["queues"] = list_of(rates.queues);
  // Names in records need not be UTF-8.
  return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace rxlease::deviceplugin::ctl
