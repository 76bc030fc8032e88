// SPDX-License-Identifier: Apache-2.0
#include "attachment/steer.h"

#include <algorithm>
#include <cerrno>

#include "attachment/unsteer.h"
#include "cni/conf/error.h"
#include "attachment/steering_plan.h"
#include "kernel/error.h"
#include "kernel/rss_contexts.h"

namespace rxlease::cni {

namespace {

using kernel::FlowMatch;
using kernel::FlowRules;
using kernel::KernelError;
using kernel::RssContexts;

RssContexts require_contexts(kernel::Namespace& host) {
  auto contexts = RssContexts::open(host.generic());
  if (!contexts) {
    throw Error(Code::kernel_failure,
                "\"steering\": this kernel's ethtool family has no rss-create-act, which several queues need",
                "boot Linux 7.1 or later");
  }
  return *contexts;
}

std::string owner_of(const Call& call, const std::string& nic, std::uint32_t location,
                     const kernel::FlowRule& rule) {
  for (const auto& other : attachment::AttachmentStore(call.conf.state_directory).list().attachments) {
    const auto& steering = other.steering;
    if (steering && steering->nic == nic && steering->has(location, rule)) return other.describe_owner();
  }
  return "somebody unknown to rxlease";
}

[[noreturn]] void explain(const KernelError& error, const kernel::Nic& nic, const std::string& subject) {
  const auto message = "\"steering\": " + subject + " on " + nic.ifname + ": " + error.what();
  switch (error.error()) {
    case ENOSPC:
    case ERANGE:
    case EBUSY:
      throw Error(Code::try_again_later, message,
                  "the NIC's table is full: try again when other pods are gone, or steer fewer flows; "
                  "`ethtool -n " +
                      nic.ifname + "` lists the rules");
    case EEXIST:
      throw Error(Code::try_again_later, message,
                  "somebody else steers these packets: `ethtool -n " + nic.ifname + "` lists the rules");
    case EINVAL:
    case EOPNOTSUPP:
      throw Error(Code::invalid_config, message,
                  "turn ntuple filters on (ethtool -K " + nic.ifname +
                      " ntuple on), or leave out of \"steering\" what this NIC cannot match");
    case ENODEV:
      throw Error(Code::try_again_later, message, "plug the NIC back in, or use another");
    case EPERM:
      throw Error(Code::kernel_failure, message, "the plugin needs CAP_NET_ADMIN over the host's network");
    default:
      throw Error(Code::kernel_failure, message, "see the kernel's log");
  }
}

bool is_in_the_way(const FlowMatch& other, const std::vector<FlowMatch>& flows) {
  return std::any_of(flows.begin(), flows.end(),
                     [&](const auto& flow) { return flow.conflicts_with(other); });
}

// The stages of steering, all under the store's lock.
class Steering {
 public:
  Steering(const Call& call, const kernel::Nic& nic, attachment::Attachment& record)
      : call_(call),
        nic_(nic),
        record_(record),
        store_(call.conf.state_directory),
        table_(call.system.host(), nic.ifname) {}

  void run(const std::vector<FlowMatch>& flows) {
    const auto lock = store_.lock();
    refuse_taken_flows(call_, nic_, flows);
    attachment::Steering steering{nic_.name, nic_.ifindex, {}, {}};
    for (const auto& flow : flows) steering.flows.push_back({flow, std::nullopt});
    record_.steering = std::move(steering);
    if (call_.conf.devices.size() > 1) {
      make_context();
    } else {
      record_.steering->target.queue = call_.conf.devices.front().queue;
      store_.update(record_);
    }
    insert_rules();
  }

 private:
  void make_context() {
    const auto contexts = require_contexts(call_.system.host());
    const auto present = contexts.rss_get_dump(nic_.ifindex);
    std::vector<std::uint32_t> queues;
    for (const auto& device : call_.conf.devices) queues.push_back(device.queue);
    const auto rows = present.empty() ? 0 : present.front().queues().size();
    if (rows < queues.size()) {
      throw Error(Code::invalid_config,
                  "\"steering\": the RSS table of " + nic_.ifname + " has " + std::to_string(rows) +
                      " rows, too few for " + std::to_string(queues.size()) + " queues",
                  "use fewer queues for this attachment");
    }
    const auto context = free_context(present);
    record_.steering->target.rss_context = context;
    store_.update(record_);
    try {
      contexts.rss_create_act(nic_.ifindex, context, kernel::Rss::spread(queues, rows));
    } catch (const KernelError& error) {
      explain(error, nic_, "RSS context " + std::to_string(context));
    }
  }

  static std::uint32_t free_context(const std::vector<kernel::Rss>& present) {
    std::uint32_t context = 1;
    while (std::any_of(present.begin(), present.end(),
                       [&](const auto& other) { return other.context == context; })) {
      ++context;
    }
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
  bool insert(attachment::SteeredFlow& flow) {
    const auto& ports = flow.match.dst_port;
    try {
      flow.location = table_.insert({flow.match, record_.steering->target});
      return true;
    } catch (const KernelError& error) {
      const bool refused = error.error() == EINVAL || error.error() == EOPNOTSUPP;
      if (refused && !ports.is_one_port() && ports != kernel::every_port) return false;
      explain(error, nic_, "flow rule " + flow.match.to_string());
    }
  }

  // Puts a flow a port in the place of that of a block of ports.
  void split(std::vector<attachment::SteeredFlow>& flows, std::size_t index) {
    const auto block = flows[index].match;
    const std::size_t ports = block.dst_port.last() - block.dst_port.first + std::size_t{1};
    if (flows.size() - 1 + ports > most_flow_rules) {
      throw Error(Code::invalid_config,
                  "\"steering\": the driver of " + nic_.ifname + " takes no ranges of ports, and " +
                      block.to_string() + " would take a rule a port",
                  "name fewer ports: at most " + std::to_string(most_flow_rules) + " rules for each netkit");
    }
    const auto at = flows.erase(flows.begin() + static_cast<std::ptrdiff_t>(index));
    std::vector<attachment::SteeredFlow> singles(ports, {block, std::nullopt});
    for (std::size_t i = 0; i < ports; ++i) {
      singles[i].match.dst_port = {static_cast<std::uint16_t>(block.dst_port.first + i), 0xffff};
    }
    flows.insert(at, singles.begin(), singles.end());
    store_.update(record_);
  }

  const Call& call_;
  const kernel::Nic& nic_;
  attachment::Attachment& record_;
  attachment::AttachmentStore store_;
  FlowRules table_;
};

}  // namespace

void require_steering(System& system, const kernel::Nic& nic, std::size_t queues) {
  if (!FlowRules(system.host(), nic.ifname).table()) {
    throw Error(
        Code::invalid_config, "\"steering\": the driver of " + nic.ifname + " has no flow rules",
        "use a NIC that has (ntuple-filters in `ethtool -k`), or leave \"steering\" out and bring the "
        "flows to the queues by other means");
  }
  if (queues > 1 && !require_contexts(system.host()).are_supported(nic.ifindex)) {
    throw Error(Code::invalid_config,
                "\"steering\": the driver of " + nic.ifname + " has no RSS contexts, which flows for " +
                    std::to_string(queues) + " queues need",
                "lease one queue an attachment (\"queues\": 1), or leave \"steering\" out");
  }
}

void refuse_taken_flows(const Call& call, const kernel::Nic& nic, const std::vector<FlowMatch>& flows) {
  for (const auto& [location, rule] : FlowRules(call.system.host(), nic.ifname).list()) {
    if (!is_in_the_way(rule.match, flows)) continue;
    throw Error(Code::try_again_later,
                "\"steering\": " + rule.match.to_string() + " goes to " + rule.target.to_string() + " of " +
                    nic.ifname + " already, by the rule at location " + std::to_string(location) + " of " +
                    owner_of(call, nic.name, location, rule),
                "give the pod another address, or the flow another destination, or end the other pod; a rule "
                "of nobody's is removed by "
                "`ethtool -N " +
                    nic.ifname + " delete " + std::to_string(location) + "`");
  }
}

void steer(const Call& call, const kernel::Nic& nic, const std::vector<FlowMatch>& flows,
           attachment::Attachment& record) {
  Steering(call, nic, record).run(flows);
}

void unsteer(const Call& call, const attachment::Attachment& record) {
  if (!record.steering) return;
  const auto nic = call.system.find_nic(record.steering->nic);
  try {
    attachment::unsteer(call.system.host(), nic, record,
                        attachment::AttachmentStore(call.conf.state_directory));
  } catch (const KernelError& error) {
    if (error.error() != EBUSY) throw;
    throw Error(Code::try_again_later,
                record.steering->target.to_string() + " of " + nic->ifname +
                    " is used by a flow rule that is not ours: " + error.what(),
                "delete that rule: `ethtool -n " + nic->ifname + "` lists it");
  }
}

std::vector<std::string> missing_steering(System& system, const attachment::Attachment& record) {
  const auto& steering = record.steering;
  if (!steering) return {};
  const auto nic = system.find_nic(steering->nic);
  if (!nic || nic->ifindex != steering->ifindex) return {"NIC " + steering->nic + " is gone with its rules"};
  std::vector<std::string> missing;
  const auto rules = FlowRules(system.host(), nic->ifname).list();
  for (const auto& flow : steering->flows) {
    const auto there = rules.find(flow.location.value_or(0));
    if (flow.location && there != rules.end() &&
        there->second == kernel::FlowRule{flow.match, steering->target}) {
      continue;
    }
    missing.push_back("flow rule " + flow.match.to_string() + " to " + steering->target.to_string() + " on " +
                      nic->ifname + " is gone");
  }
  if (steering->target.rss_context) {
    const auto contexts = require_contexts(system.host()).rss_get_dump(nic->ifindex);
    if (!attachment::has_own_context(record, contexts)) {
      missing.push_back(steering->target.to_string() + " on " + nic->ifname +
                        " is gone, or spreads over other queues than the pod's");
    }
  }
  return missing;
}

}  // namespace rxlease::cni
