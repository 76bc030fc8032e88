// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/lend/loan.h"

#include <algorithm>
#include <memory>

#include "attachment/attaching.h"
#include "attachment/nic/steer.h"
#include "attachment/record/error.h"
#include "attachment/undo.h"
#include "kernel/boot_id.h"
#include "kernel/error.h"
#include "kernel/netlink/links.h"
#include "kernel/process/locks.h"
#include "text/display.h"
#include "text/rules.h"

namespace rxlease::deviceplugin::lend {

namespace {

using namespace std::chrono_literals;
using attachment::Attachment;
using kernel::DeviceId;
using proto::NodeError;
using Kind = NodeError::Kind;

const attachment::LeaseTimeout lease_timeout{3s, "the daemon's own limit"};

// Who has a flow, or fills the NIC's table, does not end by itself: that is no reason to try again.
Kind kind_of(const attachment::Error& error) {
  const bool may_end = error.fault() == attachment::Fault::busy && error.part() != attachment::Part::steering;
  return may_end ? Kind::try_again_later : Kind::refused;
}

// Says errors of the acts, and the kernel's, in the words of the protocol.
template <typename Act>
auto as_node_error(Act act) {
  try {
    return act();
  } catch (const attachment::Error& error) {
    throw NodeError(kind_of(error), error.what(), error.remedy());
  } catch (const kernel::LockHeld& error) {
    throw NodeError(Kind::try_again_later, error.what(), "try again");
  } catch (const kernel::KernelError& error) {
    throw NodeError(Kind::refused, error.what(), "see the daemon's log and the kernel's");
  }
}

// An attachment that the runtime made, and its network namespace.
struct Main {
  Attachment record;
  std::unique_ptr<kernel::Namespace> pod;
};

// The attachment whose addresses flows go to: a pair, if there is one. A pod that was made anew under its
// name may have records of its last sandbox.
Main find_main(attachment::Machine& machine, std::vector<Attachment> of_pod) {
  std::erase_if(of_pod, &Attachment::lent);
  std::ranges::stable_sort(of_pod, {}, [](const Attachment& attachment) {
    return attachment.pairing != kernel::NetkitPairing::pair;
  });
  for (auto& record : of_pod) {
    auto pod = machine.open_netns(record.netns);
    if (pod && pod->cookie() == record.netns_cookie) return {std::move(record), std::move(pod)};
  }
  throw NodeError(Kind::refused,
                  "pod " + of_pod.front().describe_pod() + " has ended: there is no network namespace at " +
                      of_pod.front().netns + " any more",
                  "name a pod that runs");
}

// Whether the runtime's DEL has not begun. To be asked while the claim keeps it from beginning.
void require_attached(const attachment::AttachmentStore& store, const Attachment& main) {
  const auto stored = store.find(main.container_id, main.interface);
  if (stored && !stored->ending && stored->netns_cookie == main.netns_cookie) return;
  throw NodeError(Kind::refused, "pod " + main.describe_pod() + " ends", "name a pod that runs");
}

attachment::SteeringPlan plan_for(const LoanSpec& spec, const Attachment& main) {
  if (spec.flows.empty()) return {};
  std::vector<kernel::IpAddress> addresses;
  if (main.blueprint) {
    for (const auto& prefix : main.blueprint->addressing.pod_addresses) addresses.push_back(prefix.address);
  }
  if (!addresses.empty()) return attachment::plan_steering(spec.flows, addresses);
  throw NodeError(
      Kind::refused,
      "steering: rxlease has given pod " + main.describe_pod() + " no address that flows could go to",
      "leave \"steering\" out, and bring packets to the queue by a flow rule of the NIC (ethtool -N)");
}

// The interface's name: the one that was asked for, or the first that is free. One that went with its NIC has
// a record still.
std::string choose_name(const LoanSpec& spec, const Main& main, const attachment::AttachmentStore& store) {
  const auto is_there = [&](const std::string& name) {
    return kernel::Links(main.pod->route()).getlink(name).has_value() ||
           store.find(main.record.container_id, name).has_value();
  };
  const auto& asked = spec.interface;
  if (asked.empty()) {
    unsigned number = 1;
    while (is_there("rxq" + std::to_string(number))) ++number;
    return "rxq" + std::to_string(number);
  }
  if (!text::is_interface_name(asked)) {
    throw NodeError(Kind::refused, "interface: " + text::display(asked) + " is not an interface name",
                    "use 1 to 15 printable characters without \"/\", \":\", \"%\" and white space");
  }
  if (is_there(asked)) {
    throw NodeError(Kind::refused, "interface: the pod has an interface " + asked + " already",
                    "use another name");
  }
  return asked;
}

Attachment first_record(const Attachment& main, const std::string& interface,
                        const std::vector<DeviceId>& devices) {
  Attachment record;
  record.boot_id = kernel::boot_id();
  record.network = main.network;
  record.container_id = main.container_id;
  record.ifname = record.interface = interface;
  record.netns = main.netns;
  record.netns_cookie = main.netns_cookie;
  record.pod_namespace = main.pod_namespace;
  record.pod_name = main.pod_name;
  record.pod_uid = main.pod_uid;
  record.pairing = kernel::NetkitPairing::single;
  record.lent = true;
  record.devices.reserve(devices.size());
  for (const auto& device : devices) record.devices.push_back({.id = device});
  return record;
}

Attachment attach(const attachment::Site& site, const LoanSpec& spec) {
  auto& machine = site.machine;
  const auto began = machine.now();
  const auto main = find_main(machine, spec.of_pod);
  const auto store = site.store();
  const auto claim = store.claim(main.record);
  require_attached(store, main.record);
  const auto plan = plan_for(spec, main.record);
  const auto nic = attachment::require_nic(machine, spec.devices.front());
  auto record = first_record(main.record, choose_name(spec, main, store), spec.devices);
  if (!plan.empty()) {
    attachment::require_steering(machine, nic);
    attachment::require_spread(machine, nic, plan, record.devices);
    attachment::refuse_taken_flows(site, nic, plan);
  }
  spec.take(spec.devices);
  attachment::Attaching attaching(site, *main.pod, std::move(record), lease_timeout);
  if (!attaching.begin()) {  // an ADD was faster
    throw NodeError(Kind::try_again_later,
                    "interface: the pod has just got an interface " + attaching.record().interface,
                    "try again");
  }
  attachment::NetkitSpec netkit;
  netkit.pairing = kernel::NetkitPairing::single;
  attaching.make_netkit(netkit);
  attaching.lease(nic);
  attaching.address({});
  if (!plan.empty()) attaching.steer(nic, plan);
  attaching.publish(nic);
  attaching.keep(machine.now() - began);
  return attaching.record();
}

}  // namespace

std::vector<attachment::Flow> flows_of(const proto::AddLeaseQuestion& question) {
  std::vector<attachment::Flow> flows;
  flows.reserve(question.steering.size());
  for (const auto& text : question.steering) {
    const auto flow = attachment::parse_flow(text);
    if (!flow) {
      throw NodeError(Kind::refused, "steering: " + text::display(text) + " is no flow",
                      "write PROTOCOL/PORT, PROTOCOL/FIRST-LAST, or either with @SOURCE: tcp/5201, "
                      "udp/6000-6003@10.0.0.0/8");
    }
    flows.push_back(*flow);
  }
  return flows;
}

Attachment make_loan(const attachment::Site& site, const LoanSpec& spec) {
  return as_node_error([&] { return attach(site, spec); });
}

void undo_loan(const attachment::Site& site, const Attachment& record) {
  as_node_error([&] {
    const auto store = site.store();
    const auto claim = store.claim(record);  // nobody heals it meanwhile
    auto stored = store.find(record.container_id, record.interface);
    if (!stored) return;  // it went with its pod
    stored->ending = true;
    store.update(*stored);
    attachment::undo(site, *stored, lease_timeout);
    store.remove(*stored);
  });
}

}  // namespace rxlease::deviceplugin::lend
