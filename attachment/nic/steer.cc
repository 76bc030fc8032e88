// SPDX-License-Identifier: Apache-2.0
#include "attachment/nic/steer.h"

#include <algorithm>
#include <cerrno>

#include "attachment/record/error.h"
#include "attachment/record/spread.h"
#include "kernel/error.h"
#include "kernel/ethtool/flow_rules.h"
#include "kernel/ethtool/rss_contexts.h"
#include "kernel/netlink/addresses.h"

namespace rxlease::attachment {

namespace {

using kernel::FlowMatch;
using kernel::FlowRules;
using kernel::KernelError;
using kernel::RssContexts;

// nullopt: the kernel or the driver has none.
std::optional<RssContexts> contexts_of(kernel::Namespace& host, const kernel::Nic& nic) {
  auto contexts = RssContexts::open(host.generic());
  if (contexts && !contexts->are_supported(nic.ifindex)) return std::nullopt;
  return contexts;
}

std::vector<std::uint32_t> queues_of(const std::vector<AttachedDevice>& devices) {
  std::vector<std::uint32_t> queues;
  queues.reserve(devices.size());
  for (const auto& device : devices) queues.push_back(device.id.queue);
  return queues;
}

std::string owner_of(const Site& site, const kernel::Nic& nic, std::uint32_t location,
                     const kernel::FlowRule& rule) {
  for (const auto& other : site.store().list().attachments) {
    const auto& steering = other.steering;
    if (steering && steering->nic == nic.name && steering->has(location, rule)) return other.describe_owner();
  }
  return "somebody unknown to rxlease";
}

[[noreturn]] void explain(const KernelError& error, const kernel::Nic& nic, const std::string& subject) {
  const auto message = subject + " on " + nic.ifname + ": " + error.what();
  switch (error.error()) {
    case ENOSPC:
    case ERANGE:
    case EBUSY:
      throw Error(Fault::busy, Part::steering, message,
                  "the NIC's table is full: try again when other pods are gone, or steer fewer flows; "
                  "`ethtool -n " +
                      nic.ifname + "` lists the rules");
    case EEXIST:
      throw Error(Fault::busy, Part::steering, message,
                  "somebody else steers these packets: `ethtool -n " + nic.ifname + "` lists the rules");
    case EINVAL:
    case EOPNOTSUPP:
      throw Error(Fault::invalid, Part::steering, message,
                  "turn ntuple filters on (ethtool -K " + nic.ifname +
                      " ntuple on), or leave out of \"steering\" what this NIC cannot match");
    case ENODEV:
      throw Error(Fault::busy, Part::steering, message, "plug the NIC back in, or use another");
    case EPERM:
      throw Error(Fault::kernel, Part::steering, message,
                  "steering needs CAP_NET_ADMIN over the host's network");
    default:
      throw Error(Fault::kernel, Part::steering, message, "see the kernel's log");
  }
}

bool is_in_the_way(const FlowMatch& other, const SteeringPlan& plan) {
  return std::ranges::any_of(plan, [&](const FlowMatch& flow) { return flow.conflicts_with(other); });
}

// The stages of steering, all under the store's lock.
class Steerer {
 public:
  Steerer(const Site& site, const kernel::Nic& nic, Attachment& record)
      : site_(site),
        nic_(nic),
        record_(record),
        store_(site.store()),
        table_(site.machine.host(), nic.ifname) {}

  void run(const SteeringPlan& plan) {
    const auto lock = store_.lock();
    refuse_taken_flows(site_, nic_, plan);
    auto& steering = record_.steering.emplace();
    steering.nic = nic_.name;
    steering.ifindex = nic_.ifindex;
    steering.target.queue = record_.devices.front().id.queue;
    const bool several = record_.devices.size() > 1;
    const auto contexts = several ? contexts_of(site_.machine.host(), nic_) : std::nullopt;
    if (several && !contexts) {
      steering.flows = spread(plan, queues_of(record_.devices));
    } else {
      for (const auto& match : plan) steering.flows.push_back({match, std::nullopt, std::nullopt});
    }
    if (contexts) {
      make_context(*contexts);
    } else {
      store_.update(record_);
    }
    insert_rules();
  }

 private:
  void make_context(const RssContexts& contexts) {
    const auto present = contexts.rss_get_dump(nic_.ifindex);
    const auto queues = queues_of(record_.devices);
    const auto rows = present.empty() ? 0 : present.front().queues().size();
    if (rows < queues.size()) {
      throw Error(Fault::invalid, Part::steering,
                  "the RSS table of " + nic_.ifname + " has " + std::to_string(rows) + " rows, too few for " +
                      std::to_string(queues.size()) + " queues",
                  "use fewer queues for this attachment");
    }
    const auto context = free_context(present);
    record_.steering->target = {0, context};
    store_.update(record_);
    try {
      contexts.rss_create_act(nic_.ifindex, context, kernel::Rss::spread(queues, rows));
    } catch (const KernelError& error) {
      explain(error, nic_, "RSS context " + std::to_string(context));
    }
  }

  static std::uint32_t free_context(const std::vector<kernel::Rss>& present) {
    std::uint32_t context = 1;
    while (std::ranges::find(present, context, &kernel::Rss::context) != present.end()) ++context;
    return context;
  }

  void insert_rules() {
    auto& flows = record_.steering->flows;
    for (std::size_t i = 0; i < flows.size(); ++i) {
      while (!insert(flows[i])) split(flows, i);
      store_.update(record_);
    }
  }

  // False when the driver does not take the block of ports.
  bool insert(SteeredFlow& flow) {
    const auto& ports = flow.match.dst_port;
    try {
      flow.location = table_.insert(record_.steering->rule_of(flow));
      return true;
    } catch (const KernelError& error) {
      const bool refused = error.error() == EINVAL || error.error() == EOPNOTSUPP;
      if (refused && !ports.is_one_port() && ports != kernel::every_port) return false;
      if (refused && flow.queue) refuse_spreading(error);
      explain(error, nic_, "flow rule " + flow.match.to_string());
    }
  }

  [[noreturn]] void refuse_spreading(const KernelError& error) const {
    throw Error(
        Fault::invalid, Part::steering,
        "the driver of " + nic_.ifname +
            " has no RSS contexts, and no rules by bits of the source port: " + error.what(),
        "lease one queue an attachment (\"queues\": 1); if ntuple filters are off, turn them on (ethtool "
        "-K " +
            nic_.ifname + " ntuple on)");
  }

  // Replaces the flow of a block of ports by one flow for each port.
  void split(std::vector<SteeredFlow>& flows, std::size_t index) {
    const auto& whole = flows[index];
    const auto block = whole.match;
    const auto queue = whole.queue;
    const std::size_t ports = block.dst_port.last() - block.dst_port.first + std::size_t{1};
    if (flows.size() - 1 + ports > most_flow_rules) {
      throw Error(Fault::invalid, Part::steering,
                  "the driver of " + nic_.ifname + " takes no ranges of ports, and " + block.to_string() +
                      " would take a rule a port",
                  "name fewer ports: at most " + std::to_string(most_flow_rules) + " rules for each netkit");
    }
    const auto at = flows.erase(flows.begin() + static_cast<std::ptrdiff_t>(index));
    std::vector<SteeredFlow> singles(ports, {block, std::nullopt, queue});
    for (std::size_t i = 0; i < ports; ++i) {
      singles[i].match.dst_port = {static_cast<std::uint16_t>(block.dst_port.first + i), 0xffff};
    }
    flows.insert(at, singles.begin(), singles.end());
    store_.update(record_);
  }

  const Site& site_;
  const kernel::Nic& nic_;
  Attachment& record_;
  AttachmentStore store_;
  FlowRules table_;
};

}  // namespace

void require_steering(Machine& machine, const kernel::Nic& nic) {
  if (!FlowRules(machine.host(), nic.ifname).table()) {
    throw Error(
        Fault::invalid, Part::steering, "the driver of " + nic.ifname + " has no flow rules",
        "use a NIC that has (ntuple-filters in `ethtool -k`), or leave \"steering\" out and bring the "
        "flows to the queues by other means");
  }
}

void require_spread(Machine& machine, const kernel::Nic& nic, const SteeringPlan& plan,
                    const std::vector<AttachedDevice>& devices) {
  if (devices.size() > 1 && !contexts_of(machine.host(), nic)) spread(plan, queues_of(devices));
}

void refuse_taken_flows(const Site& site, const kernel::Nic& nic, const SteeringPlan& plan) {
  for (const auto& [location, rule] : FlowRules(site.machine.host(), nic.ifname).list()) {
    if (!is_in_the_way(rule.match, plan)) continue;
    throw Error(Fault::busy, Part::steering,
                rule.match.to_string() + " goes to " + rule.target.to_string() + " of " + nic.ifname +
                    " already, by the rule at location " + std::to_string(location) + " of " +
                    owner_of(site, nic, location, rule),
                "give the pod another address, or the flow another destination, or end the other pod; a rule "
                "of nobody's is removed by `ethtool -N " +
                    nic.ifname + " delete " + std::to_string(location) + "`");
  }
}

void refuse_host_addresses(Machine& machine, const std::vector<kernel::IpAddress>& addresses, Part part) {
  for (const auto& own : kernel::Addresses(machine.host().route()).getaddr_dump()) {
    if (std::ranges::find(addresses, own.address) == addresses.end()) continue;
    throw Error(Fault::invalid, part,
                "the host itself has the pod's address " + own.address.to_string() +
                    ": its own traffic would go to the pod",
                "give the pod an address that is free, or leave this key out");
  }
}

void steer(const Site& site, const kernel::Nic& nic, const SteeringPlan& plan, Attachment& record) {
  Steerer(site, nic, record).run(plan);
}

}  // namespace rxlease::attachment
