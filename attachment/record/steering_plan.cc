// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/steering_plan.h"

#include <algorithm>

#include "attachment/record/error.h"

namespace rxlease::attachment {

namespace {

using kernel::FlowMatch;
using kernel::IpAddress;
using kernel::IpPrefix;

// The IP destinations of a flow that names its destination; nullopt among them: packets other than IP as
// well.
std::vector<std::optional<IpPrefix>> named_destinations(const Flow& flow) {
  static const IpPrefix any_v4 = *IpPrefix::parse("0.0.0.0/0");
  static const IpPrefix any_v6 = *IpPrefix::parse("::/0");
  if (flow.dst_prefix) return {flow.dst_prefix};
  if (flow.src_prefix) return {flow.src_prefix->address.is_v4() ? any_v4 : any_v6};
  if (flow.protocol) return {any_v4, any_v6};
  return {std::nullopt};
}

// A source of one family cannot send to an address of the other.
bool can_be_destination(const IpAddress& address, const Flow& flow) {
  return !flow.src_prefix || flow.src_prefix->address.is_v4() == address.is_v4();
}

std::vector<std::optional<IpPrefix>> destinations(const Flow& flow, const std::vector<IpAddress>& addresses) {
  if (flow.names_destination()) return named_destinations(flow);
  std::vector<std::optional<IpPrefix>> hosts;
  for (const auto& address : addresses) {
    if (can_be_destination(address, flow)) hosts.emplace_back(IpPrefix::host(address));
  }
  return hosts;
}

[[noreturn]] void refuse_more_rules() {
  const auto most = std::to_string(most_flow_rules);
  throw Error(Fault::invalid, Part::steering, "takes more than " + most + " flow rules, which are too many",
              "name fewer ports: at most " + most +
                  " rules, of which a range of ports takes one for each power of two in it, for each address "
                  "of the pod");
}

void plan_flow(SteeringPlan& plan, const Flow& flow, const std::optional<IpPrefix>& dst) {
  const bool from_anywhere = !flow.src_prefix || flow.src_prefix->length == 0;
  const auto blocks = flow.dst_port ? flow.dst_port->blocks() : std::vector{kernel::every_port};
  for (const auto& block : blocks) {
    const FlowMatch match{.protocol = flow.protocol,
                          .dst = dst,
                          .dst_port = block,
                          .src = from_anywhere ? std::nullopt : flow.src_prefix,
                          .dst_mac = flow.dst_mac,
                          .vlan = flow.vlan};
    if (std::ranges::find(plan, match) != plan.end()) continue;
    if (plan.size() == most_flow_rules) refuse_more_rules();
    plan.push_back(match);
  }
}

}  // namespace

bool has_destination(const Flow& flow, const std::vector<IpAddress>& addresses) {
  return flow.names_destination() || std::ranges::any_of(addresses, [&](const auto& address) {
           return can_be_destination(address, flow);
         });
}

SteeringPlan plan_steering(const std::vector<Flow>& flows, const std::vector<IpAddress>& addresses) {
  SteeringPlan plan;
  for (const auto& flow : flows) {
    for (const auto& destination : destinations(flow, addresses)) plan_flow(plan, flow, destination);
  }
  return plan;
}

}  // namespace rxlease::attachment
