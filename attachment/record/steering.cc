// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/steering.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rxlease::attachment {

namespace {

using kernel::IpAddress;
using kernel::IpPrefix;
using kernel::Protocol;
using nlohmann::json;

// A text that is no address counts as a member of the wrong type.
template <typename T>
T parsed(const json& text) {
  const auto value = T::parse(text.get<std::string>());
  if (!value) throw json::type_error::create(302, "no address", &text);
  return *value;
}

json to_json(const SteeredFlow& flow) {
  const auto& match = flow.match;
  json object = json::object();
  if (match.protocol) object["protocol"] = match.protocol == Protocol::tcp ? "tcp" : "udp";
  if (match.dst) object["dst"] = match.dst->to_short_string();
  if (match.dst_port != kernel::every_port) {
    object["dstPort"] = match.dst_port.first;
    object["dstPortMask"] = match.dst_port.mask;
  }
  if (match.src_port.mask != 0) {
    object["srcPort"] = match.src_port.value;
    object["srcPortMask"] = match.src_port.mask;
  }
  if (match.src) object["src"] = match.src->to_string();
  if (match.dst_mac) object["dstMac"] = match.dst_mac->to_string();
  if (match.vlan) object["vlan"] = *match.vlan;
  if (flow.location) object["location"] = *flow.location;
  if (flow.queue) object["queue"] = *flow.queue;
  return object;
}

// A prefix that is a single host is written as its address.
IpPrefix destination_from(const json& text) {
  const auto address = IpAddress::parse(text.get<std::string>());
  return address ? IpPrefix::host(*address) : parsed<IpPrefix>(text);
}

SteeredFlow flow_from(const json& object) {
  SteeredFlow flow;
  auto& match = flow.match;
  if (object.contains("protocol"))
    match.protocol = object["protocol"] == "tcp" ? Protocol::tcp : Protocol::udp;
  if (object.contains("dst")) match.dst = destination_from(object["dst"]);
  if (object.contains("dstPort")) {
    match.dst_port = {object["dstPort"].get<std::uint16_t>(), object.at("dstPortMask").get<std::uint16_t>()};
  }
  if (object.contains("srcPort")) {
    match.src_port = {object["srcPort"].get<std::uint16_t>(), object.at("srcPortMask").get<std::uint16_t>()};
  }
  if (object.contains("src")) match.src = parsed<IpPrefix>(object["src"]);
  if (object.contains("dstMac")) match.dst_mac = parsed<kernel::MacAddress>(object["dstMac"]);
  if (object.contains("vlan")) match.vlan = object["vlan"].get<std::uint16_t>();
  if (object.contains("location")) flow.location = object["location"].get<std::uint32_t>();
  if (object.contains("queue")) flow.queue = object["queue"].get<std::uint32_t>();
  return flow;
}

}  // namespace

kernel::FlowRule Steering::rule_of(const SteeredFlow& flow) const {
  return {flow.match, flow.queue ? kernel::FlowTarget{*flow.queue, std::nullopt} : target};
}

bool Steering::has(std::uint32_t location, const kernel::FlowRule& rule) const {
  return std::any_of(flows.begin(), flows.end(), [&](const SteeredFlow& flow) {
    return rule_of(flow) == rule && flow.location.value_or(location) == location;
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

json to_json(const SteeringPlan& plan) {
  json list = json::array();
  for (const auto& match : plan) {
    SteeredFlow flow;
    flow.match = match;
    list.push_back(to_json(flow));
  }
  return list;
}

SteeringPlan steering_plan_from(const json& list) {
  SteeringPlan plan;
  for (const auto& flow : list) plan.push_back(flow_from(flow).match);
  return plan;
}

}  // namespace rxlease::attachment
