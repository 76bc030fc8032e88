// SPDX-License-Identifier: Apache-2.0
#include "cni/flows.h"

#include <algorithm>

#include "cni/conf/error.h"

namespace rxlease::cni {

namespace {

using attachment::Flow;
using kernel::IpAddress;

[[noreturn]] void refuse_source(const kernel::IpPrefix& prefix) {
  throw Error(Code::invalid_config,
              "\"steering\": \"srcPrefix\" " + prefix.to_string() + " is " +
                  (prefix.address.is_v4() ? "IPv4" : "IPv6") + ", of which the pod has no address",
              "use a prefix of the other family, or have the IPAM plugin give an address of this one");
}

}  // namespace

const std::vector<Flow>& flows_of(const Call& call) {
  const auto& configured = call.conf.steering;
  if (configured.pod_flows) return *configured.pod_flows;
  return call.environment.steering ? *call.environment.steering : configured.flows;
}

bool asks_for_flows(const Call& call) {
  return (call.conf.steering.pod_flows || call.environment.steering) && !flows_of(call).empty();
}

std::vector<IpAddress> addresses_of(const Call& call, const Result& result) {
  const bool from_before = result.ips.empty() && call.conf.prev_result;
  const auto before = from_before ? parse_result(*call.conf.prev_result, "prevResult") : Result{};
  std::vector<IpAddress> addresses;
  for (const auto& ip : from_before ? before.ips : result.ips) addresses.push_back(ip.address.address);
  return addresses;
}

attachment::SteeringPlan plan_flows(const std::vector<Flow>& flows, const std::vector<IpAddress>& addresses) {
  if (addresses.empty() && !std::ranges::all_of(flows, &Flow::names_destination)) {
    throw Error(Code::invalid_config, "\"steering\": the pod has no address that a flow could go to",
                "have an IPAM plugin give it one (\"ipam\"), name what the flow goes to (\"dstPrefix\", "
                "\"dstMac\" or \"vlan\", of a single), or leave \"steering\" out");
  }
  for (const auto& flow : flows) {
    if (!attachment::has_destination(flow, addresses)) refuse_source(*flow.src_prefix);
  }
  return attachment::plan_steering(flows, addresses);
}

}  // namespace rxlease::cni
