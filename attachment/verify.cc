// SPDX-License-Identifier: Apache-2.0
#include "attachment/verify.h"

#include <algorithm>
#include <iterator>

#include "attachment/addressing/ends.h"
#include "attachment/leasing.h"
#include "attachment/nic/proxy.h"
#include "attachment/nic/unsteer.h"
#include "kernel/ethtool/flow_rules.h"
#include "kernel/mac.h"
#include "kernel/netlink/links.h"

namespace rxlease::attachment {

namespace {

using kernel::FlowRules;
using Deviations = std::vector<std::string>;

void check_link(Deviations& found, const kernel::Link& link, const std::string& name) {
  if (!link.netkit()) found.push_back("interface " + name + " is no netkit");
  if (!link.is_up()) found.push_back("interface " + name + " is down");
}

void check_pod_link(Deviations& found, const kernel::Link& link, const std::string& name,
                    const Expectation& expectation) {
  check_link(found, link, name);
  if (link.ifname != name) {
    found.push_back("interface " + name + " is called " + link.ifname.value_or("?"));
  }
  const auto mac = kernel::MacAddress::from_bytes(link.address.value_or(kernel::Bytes{}));
  if (!expectation.mac.empty() && mac != kernel::MacAddress::parse(expectation.mac)) {
    found.push_back("interface " + name + " has MAC " + (mac ? mac->to_string() : "none") + ", not " +
                    expectation.mac);
  }
}

void add_absent(Deviations& found, const std::vector<std::string>& absent) {
  std::ranges::transform(absent, std::back_inserter(found),
                         [](const auto& what) { return what + " is gone"; });
}

void check_leases(Deviations& found, Machine& machine, kernel::Namespace& pod, const Attachment& record) {
  for (const auto& device : record.devices) {
    if (!machine.find_nic(device.id.nic)) {
      found.push_back("device " + device.id.to_string() + ": its NIC is gone");
    } else if (!is_leased(machine, pod, record, device)) {
      found.push_back("device " + device.id.to_string() + " is not leased to interface " + record.interface);
    }
  }
}

void check_context(Deviations& found, Machine& machine, const kernel::Nic& nic, const Attachment& record) {
  const auto contexts = kernel::RssContexts::open(machine.host().generic());
  if (contexts && has_own_context(record, contexts->rss_get_dump(nic.ifindex))) return;
  found.push_back(record.steering->target.to_string() + " on " + nic.ifname +
                  " is gone, or spreads over other queues than the pod's");
}

void check_steering(Deviations& found, Machine& machine, const Attachment& record) {
  const auto& steering = *record.steering;
  const auto nic = machine.find_nic(steering.nic);
  if (!nic || nic->ifindex != steering.ifindex) {
    found.push_back("NIC " + steering.nic + " is gone with its rules");
    return;
  }
  const auto rules = FlowRules(machine.host(), nic->ifname).list();
  for (const auto& flow : steering.flows) {
    const auto rule = flow.location ? rules.find(*flow.location) : rules.end();
    if (rule != rules.end() && rule->second == steering.rule_of(flow)) continue;
    found.push_back("flow rule " + flow.match.to_string() + " to " +
                    steering.rule_of(flow).target.to_string() + " on " + nic->ifname + " is gone");
  }
  if (steering.target.rss_context) check_context(found, machine, *nic, record);
}

void check_proxies(Deviations& found, Machine& machine, const Attachment& record) {
  for (const auto& reason : find_unanswered(machine, record)) found.push_back(reason);
}

}  // namespace

std::vector<std::string> find_deviations(Machine& machine, kernel::Namespace& pod, const Attachment& record,
                                         const Expectation& expectation) {
  auto& host = machine.host();
  const auto link = kernel::Links(pod.route()).getlink(record.interface_ifindex);
  if (!link) return {"interface " + record.interface + " is gone"};

  Deviations found;
  check_pod_link(found, *link, record.interface, expectation);
  check_leases(found, machine, pod, record);
  if (record.steering) check_steering(found, machine, record);
  check_proxies(found, machine, record);
  if (record.pairing == kernel::NetkitPairing::pair) {
    const auto primary = kernel::Links(host.route()).getlink(record.host_ifindex);
    if (!primary) return {"the host's interface " + record.host_interface + " is gone"};
    check_link(found, *primary, record.host_interface);
  }
  add_absent(found,
             missing_in_pod(expectation.addressing, {pod, record.interface, record.interface_ifindex}));
  if (record.pairing == kernel::NetkitPairing::single) return found;
  add_absent(found,
             missing_in_host(expectation.addressing, {host, record.host_interface, record.host_ifindex}));
  return found;
}

}  // namespace rxlease::attachment
