// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "attachment/addressing.h"
#include "cni/attachments.h"
#include "cni/conf/error.h"
#include "cni/plugin.h"
#include "cni/result.h"
#include "attachment/steer.h"
#include "kernel/links.h"
#include "kernel/mac.h"
#include "kernel/netdev.h"
#include "kernel/nsids.h"

namespace rxlease::cni {

namespace {

using kernel::NetkitPairing;
using Problems = std::vector<std::string>;

const Interface* interface_named(const Result& result, const std::string& name) {
  const auto found = std::find_if(
      result.interfaces.begin(), result.interfaces.end(),
      [&](const auto& interface) { return interface.name == name && !interface.sandbox.empty(); });
  return found == result.interfaces.end() ? nullptr : &*found;
}

// The part of prevResult that is ours: plugins behind us may have added addresses to interfaces of their own.
Result own_part(Result result, const std::string& interface) {
  std::erase_if(result.ips, [&](const auto& ip) {
    return ip.interface && *ip.interface < result.interfaces.size() &&
           result.interfaces[*ip.interface].name != interface;
  });
  return result;
}

void check_link(Problems& problems, const kernel::Link& link, const std::string& name) {
  if (!link.netkit()) problems.push_back("interface " + name + " is no netkit");
  if (!link.is_up()) problems.push_back("interface " + name + " is down");
}

void check_pod_link(Problems& problems, const kernel::Link& link, const NetConf& conf,
                    const Interface& expected) {
  check_link(problems, link, expected.name);
  if (link.ifname != expected.name) {
    problems.push_back("interface " + expected.name + " is called " + link.ifname.value_or("?"));
  }
  // What the configuration leaves to the kernel a plugin behind us may set: tuning does.
  if (conf.mtu != 0 && link.mtu != conf.mtu) {
    problems.push_back("interface " + expected.name + " has MTU " + std::to_string(link.mtu.value_or(0)) +
                       ", not " + std::to_string(conf.mtu));
  }
  const auto mac = kernel::MacAddress::from_bytes(link.address.value_or(kernel::Bytes{}));
  if (!expected.mac.empty() && mac != kernel::MacAddress::parse(expected.mac)) {
    problems.push_back("interface " + expected.name + " has MAC " + (mac ? mac->to_string() : "none") +
                       ", not " + expected.mac);
  }
}

// The lease as the NIC's side tells it. A NIC that is down lists no queues; then the pod's side must do: a
// netkit has a queue beyond its first only as long as that leases one.
bool is_leased(System& system, kernel::Namespace& pod, const kernel::Nic& nic, std::uint32_t physical_queue,
               const attachment::Attachment& record, std::optional<std::uint32_t> leased_queue) {
  auto& host = system.host();
  const auto link = kernel::Links(host.route()).getlink(nic.ifindex);
  const auto netdev = kernel::Netdev::open(link && link->is_up() ? host.generic() : pod.generic());
  if (!netdev || !leased_queue) return false;
  if (!link || !link->is_up())
    return netdev->queue_get(record.interface_ifindex, {*leased_queue}).has_value();
  const auto queue = netdev->queue_get(nic.ifindex, {physical_queue});
  return queue && queue->lease && queue->lease->ifindex == record.interface_ifindex &&
         queue->lease->queue.id == leased_queue &&
         queue->lease->netns_id == kernel::NsIds(host.route()).getnsid(pod.fd());
}

void check_leases(Problems& problems, System& system, kernel::Namespace& pod,
                  const attachment::Attachment& record) {
  for (const auto& attached : record.devices) {
    const auto nic = system.find_nic(attached.id.nic);
    if (!nic) {
      problems.push_back("device " + attached.id.to_string() + ": its NIC is gone");
    } else if (!is_leased(system, pod, *nic, attached.id.queue, record, attached.queue)) {
      problems.push_back("device " + attached.id.to_string() + " is not leased to interface " +
                         record.interface);
    }
  }
}

Problems find_problems(const Call& call, const attachment::Attachment& record, const Result& result,
                       const Interface& expected) {
  auto& host = call.system.host();
  const auto pod = call.system.open_netns(call.environment.netns);
  if (!pod) return {"CNI_NETNS \"" + call.environment.netns + "\" is no network namespace"};
  if (pod->cookie() != record.netns_cookie) return {"CNI_NETNS is another namespace than at ADD"};
  const auto link = kernel::Links(pod->route()).getlink(record.interface_ifindex);
  if (!link) return {"interface " + record.interface + " is gone"};

  Problems problems;
  check_pod_link(problems, *link, call.conf, expected);
  check_leases(problems, call.system, *pod, record);
  for (auto& what : missing_steering(call.system, record)) problems.push_back(std::move(what));
  if (record.pairing == NetkitPairing::single) return problems;
  const auto primary = kernel::Links(host.route()).getlink(record.host_ifindex);
  if (!primary) return {"the host's interface " + record.host_interface + " is gone"};
  check_link(problems, *primary, record.host_interface);
  const auto absent = missing(plan_addressing(own_part(result, record.interface)),
                              {*pod, record.interface, record.interface_ifindex},
                              {host, record.host_interface, record.host_ifindex});
  for (const auto& what : absent) problems.push_back(what + " is gone");
  return problems;
}

[[noreturn]] void fail(const Problems& problems) {
  std::string message;
  for (const auto& problem : problems) message += (message.empty() ? "" : "; ") + problem;
  throw Error(Code::check_failed, message,
              "an attachment cannot be mended: delete the pod, and it is made anew");
}

}  // namespace

void cmd_check(const Call& call) {
  if (!call.conf.prev_result) {
    throw Error(Code::invalid_config, "\"prevResult\" is missing", "CHECK needs the result of the ADD");
  }
  const auto result = parse_result(*call.conf.prev_result, "prevResult");
  const auto record = find_attachment(call);
  // Every CHECK has a prevResult, so only the record tells whether a single was chained.
  const auto interface = record ? record->interface : interface_of(call);
  const auto* expected = interface_named(result, interface);
  const bool passed_through = !record && !expected && call.conf.devices.empty();
  if (passed_through && call.conf.pairing == NetkitPairing::single) return;
  if (!record) fail({"there is no record of interface " + interface});
  if (expected == nullptr) fail({"\"prevResult\" does not list interface " + interface});
  const auto problems = find_problems(call, *record, result, *expected);
  if (!problems.empty()) fail(problems);
  if (const auto ipam = ipam_of(call)) ipam->check(ipam_subject(*record));
}

}  // namespace rxlease::cni
