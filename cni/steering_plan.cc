// SPDX-License-Identifier: Apache-2.0
#include "cni/steering_plan.h"

#include <algorithm>

#include "cni/error.h"

namespace rxlease::cni {

namespace {

using kernel::FlowMatch;
using kernel::IpAddress;

bool can_be_destination(const IpAddress& address, const Flow& flow) {
  return !flow.src_prefix || flow.src_prefix->address.is_v4() == address.is_v4();
}

void plan_flow(std::vector<FlowMatch>& plan, const Flow& flow, const IpAddress& address) {
  const bool from_anywhere = !flow.src_prefix || flow.src_prefix->length == 0;
  for (const auto& block : flow.dst_port.blocks()) {
    const FlowMatch match{flow.protocol, address, block, from_anywhere ? std::nullopt : flow.src_prefix};
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
  if (addresses.empty()) {
    throw Error(Code::invalid_config, "\"steering\": the pod has no address that a flow could go to",
                "have an IPAM plugin give it one (\"ipam\"), or leave \"steering\" out");
  }
  std::vector<FlowMatch> plan;
  for (const auto& flow : flows) {
    bool has_destination = false;
    for (const auto& address : addresses) {
      if (!can_be_destination(address, flow)) continue;
      plan_flow(plan, flow, address);
      has_destination = true;
    }
    if (!has_destination) refuse_source(*flow.src_prefix);
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
