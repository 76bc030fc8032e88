// SPDX-License-Identifier: Apache-2.0
#include "proto/steering.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rxlease::proto {

namespace {

using kernel::IpAddress;
using kernel::IpPrefix;
using kernel::Protocol;
using nlohmann::json;

// What ought to be an address and is none is a wrong type like any other.
template <typename T>
T parsed(const json& text) {
  const auto value = T::parse(text.get<std::string>());
  if (!value) throw json::type_error::create(302, "no address", &text);
  return *value;
}

json to_json(const SteeredFlow& flow) {
  json object{{"protocol", flow.match.protocol == Protocol::tcp ? "tcp" : "udp"},
              {"dst", flow.match.dst.to_string()},
              {"dstPort", flow.match.dst_port.first},
              {"dstPortMask", flow.match.dst_port.mask}};
  if (flow.match.src) object["src"] = flow.match.src->to_string();
  if (flow.location) object["location"] = *flow.location;
  return object;
}

SteeredFlow flow_from(const json& object) {
  SteeredFlow flow;
  flow.match.protocol = object.at("protocol") == "tcp" ? Protocol::tcp : Protocol::udp;
  flow.match.dst = parsed<IpAddress>(object.at("dst"));
  flow.match.dst_port = {object.at("dstPort").get<std::uint16_t>(),
                         object.at("dstPortMask").get<std::uint16_t>()};
  if (object.contains("src")) flow.match.src = parsed<IpPrefix>(object.at("src"));
  if (object.contains("location")) flow.location = object.at("location").get<std::uint32_t>();
  return flow;
}

}  // namespace

bool Steering::has(std::uint32_t location, const kernel::FlowRule& rule) const {
  return rule.target == target && std::any_of(flows.begin(), flows.end(), [&](const SteeredFlow& flow) {
           return flow.match == rule.match && flow.location.value_or(location) == location;
         });
}

json to_json(const Steering& steering) {
  json flows = json::array();
  for (const auto& flow : steering.flows) flows.push_back(to_json(flow));
  json object{{"nic", steering.nic}, {"ifindex", steering.ifindex}, {"flows", std::move(flows)}};
  if (steering.target.rss_context) {
    object["rssContext"] = *steering.target.rss_context;
  } else {
    object["queue"] = steering.target.queue;
  }
  return object;
}

Steering steering_from(const json& object) {
  Steering steering;
  steering.nic = object.at("nic").get<std::string>();
  steering.ifindex = object.at("ifindex").get<std::uint32_t>();
  if (object.contains("rssContext")) {
    steering.target.rss_context = object.at("rssContext").get<std::uint32_t>();
  } else {
    steering.target.queue = object.at("queue").get<std::uint32_t>();
  }
  for (const auto& flow : object.at("flows")) steering.flows.push_back(flow_from(flow));
  return steering;
}

}  // namespace rxlease::proto
