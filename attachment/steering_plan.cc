// SPDX-License-Identifier: Apache-2.0
#include "attachment/steering_plan.h"

#include <algorithm>

#include "cni/conf/error.h"

namespace rxlease::cni {

namespace {

using kernel::FlowMatch;
using kernel::IpAddress;
using kernel::IpPrefix;

// What a flow with a destination of its own says of the IP address: nothing where it is about more than IP.
std::vector<std::optional<IpPrefix>> named_destinations(const Flow& flow) {
  static const IpPrefix any_v4 = *IpPrefix::parse("0.0.0.0/0");
  static const IpPrefix any_v6 = *IpPrefix::parse("::/0");
  if (flow.dst_prefix) return {flow.dst_prefix};
  if (flow.src_prefix) return {flow.src_prefix->address.is_v4() ? any_v4 : any_v6};
  if (flow.protocol) return {any_v4, any_v6};
  return {std::nullopt};
}

std::vector<std::optional<IpPrefix>> destinations(const Flow& flow, const std::vector<IpAddress>& addresses) {
  if (flow.names_destination()) return named_destinations(flow);
  std::vector<std::optional<IpPrefix>> hosts;
  for (const auto& address : addresses) {
    if (flow.src_prefix && flow.src_prefix->address.is_v4() != address.is_v4()) continue;
    hosts.emplace_back(IpPrefix::host(address));
  }
  return hosts;
}

void plan_flow(std::vector<FlowMatch>& plan, const Flow& flow, const std::optional<IpPrefix>& dst) {
  const bool from_anywhere = !flow.src_prefix || flow.src_prefix->length == 0;
  const auto blocks = flow.dst_port ? flow.dst_port->blocks() : std::vector{kernel::every_port};
  for (const auto& block : blocks) {
    const FlowMatch match{flow.protocol, dst,      block, from_anywhere ? std::nullopt : flow.src_prefix,
                          flow.dst_mac,  flow.vlan};
    if (std::find(plan.begin(), plan.end(), match) == plan.end()) plan.push_back(match);
  }
}

[[noreturn]] void refuse_source(const kernel::IpPrefix& prefix) {
  throw Error(Code::invalid_config,
              "\"steering\": \"srcPrefix\" " + prefix.to_string() + " is " +
                  (prefix.address.is_v4() ? "IPv4" : "IPv6") + ", of which the pod has no address",
              "use a prefix of the other family, or have the IPAM plugin give an address of this one");
}

}  // namespace

const std::vector<Flow>& flows_of(const Call& call) {
  if (call.conf.pod_steering) return *call.conf.pod_steering;
  return call.environment.steering ? *call.environment.steering : call.conf.steering;
}

bool asks_for_flows(const Call& call) {
  return (call.conf.pod_steering || call.environment.steering) && !flows_of(call).empty();
}

std::vector<IpAddress> addresses_of(const Call& call, const Result& result) {
  const bool from_before = result.ips.empty() && call.conf.prev_result;
  const auto before = from_before ? parse_result(*call.conf.prev_result, "prevResult") : Result{};
  std::vector<IpAddress> addresses;
  for (const auto& ip : from_before ? before.ips : result.ips) addresses.push_back(ip.address.address);
  return addresses;
}

std::vector<FlowMatch> plan_steering(const std::vector<Flow>& flows,
                                     const std::vector<IpAddress>& addresses) {
  const bool all_named =
      std::all_of(flows.begin(), flows.end(), [](const Flow& flow) { return flow.names_destination(); });
  if (addresses.empty() && !all_named) {
    throw Error(Code::invalid_config, "\"steering\": the pod has no address that a flow could go to",
                "have an IPAM plugin give it one (\"ipam\"), name what the flow goes to (\"dstPrefix\", "
                "\"dstMac\" or \"vlan\", of a single), or leave \"steering\" out");
  }
  std::vector<FlowMatch> plan;
  for (const auto& flow : flows) {
    const auto all = destinations(flow, addresses);
    if (all.empty()) refuse_source(*flow.src_prefix);
    for (const auto& destination : all) plan_flow(plan, flow, destination);
  }
  if (plan.size() > most_flow_rules) {
    throw Error(Code::invalid_config,
                "\"steering\": takes " + std::to_string(plan.size()) + " flow rules, which are too many",
                "name fewer ports: at most " + std::to_string(most_flow_rules) +
                    " rules, of which a range of " +
                    "ports takes one for each power of two in it, for each address of the pod");
  }
  return plan;
}

}  // namespace rxlease::cni
