// SPDX-License-Identifier: Apache-2.0
#include "cni/verbs/flows.h"

#include <algorithm>

#include "attachment/nic/steer.h"
#include "cni/spec/error.h"

namespace rxlease::cni {

namespace {

using attachment::Flow;
using attachment::Part;
using kernel::IpAddress;

[[noreturn]] void refuse_source(const kernel::IpPrefix& prefix) {
  throw Error(Code::invalid_config,
              "\"steering\": \"srcPrefix\" " + prefix.to_string() + " is " +
                  (prefix.address.is_v4() ? "IPv4" : "IPv6") + ", of which the pod has no address",
              "use a prefix of the other family, or have the IPAM plugin give an address of this one");
}

// An IPAM plugin with ranges gives only addresses of these. "static", and whoever set up the addresses of a
// plugin before this one, may give whatever is asked for.
void refuse_requested_addresses(const Call& call, const std::vector<IpAddress>& addresses, Part part) {
  const auto& conf = call.conf;
  if (conf.steering.pod_destinations || (conf.ipam_type && *conf.ipam_type != "static")) return;
  for (const auto* requested : {&conf.requested_addresses, &call.environment.requested_addresses}) {
    const auto found = std::ranges::find_first_of(addresses, *requested);
    if (found == addresses.end()) continue;
    throw attachment::Error(
        attachment::Fault::invalid, part,
        "the pod's address " + found->to_string() +
            " was asked for with the pod (\"ips\"), so its packets may be somebody else's",
        "use an IPAM plugin that has ranges, such as host-local, or set \"podDestinations\": true in the "
        "network, if all its pods are trusted");
  }
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

void refuse_foreign_addresses(const Call& call, const std::vector<IpAddress>& addresses, Part part) {
  refuse_requested_addresses(call, addresses, part);
  attachment::refuse_host_addresses(call.machine(), addresses, part);
}

attachment::SteeringPlan plan_for(const Call& call, const Result& result) {
  const auto& flows = flows_of(call);
  const auto addresses = addresses_of(call, result);
  auto plan = plan_flows(flows, addresses);
  if (!std::ranges::all_of(flows, &Flow::names_destination)) {
    refuse_foreign_addresses(call, addresses, Part::steering);
  }
  return plan;
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
