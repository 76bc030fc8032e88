// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/inventory.h"

#include <algorithm>
#include <set>

#include "deviceplugin/pools/claims.h"
#include "deviceplugin/pools/health.h"
#include "deviceplugin/pools/master_hint.h"

namespace rxlease::deviceplugin::pools {

namespace {

constexpr const char* no_nic = "no NIC of this node matches its selectors";
constexpr const char* no_queue_left =
    "its NICs have no queue for it, since queue 0 stays with the host; give them more channels";

std::vector<kernel::NicDetails> details_of(const std::vector<nic::NicState>& nics) {
  std::vector<kernel::NicDetails> list;
  list.reserve(nics.size());
  for (const auto& nic : nics) list.push_back(nic.details);
  return list;
}

// The records read after the kernel explain the leases that an ADD has just made, since ADD writes the record
// first. Those read before explain the leases that a DEL is ending.
std::vector<attachment::Attachment> merge(std::vector<attachment::Attachment> after,
                                          const std::vector<attachment::Attachment>& before) {
  for (const auto& earlier : before) {
    const bool still_there = std::ranges::any_of(after, [&](const auto& attachment) {
      return attachment.container_id == earlier.container_id && attachment.interface == earlier.interface;
    });
    if (!still_there) after.push_back(earlier);
  }
  return after;
}

// Whether a pod has a queue, by a record or by kubelet, which is asked once at most. A kubelet that does not
// tell may have allocated everything. Without kubelet only records count.
class Held {
 public:
  Held(const std::vector<attachment::Attachment>& attachments, const AllocatedDevices& allocated)
      : ask_(allocated) {
    for (const auto& attachment : attachments) {
      for (const auto& device : attachment.devices) {
        recorded_.insert({device.id, device.in_container()});
      }
    }
  }

  bool operator()(const kernel::DeviceId& id) {
    if (recorded_.contains(id) || !ask_) return recorded_.contains(id);
    if (!answer_) answer_.emplace(ask_());
    return !*answer_ || (*answer_)->contains(id.to_string());
  }

 private:
  const AllocatedDevices& ask_;
  std::set<kernel::DeviceId> recorded_;
  std::optional<std::optional<std::set<std::string>>> answer_;  // absent: not asked yet
};

// Gives the pool those of its chosen queues that no other pool has, and adds their present ids to `owned`.
void add_devices(const Claims::Choice& choice, const Claims& claims, Snapshot& snapshot,
                 std::set<kernel::DeviceId>& owned) {
  auto& state = snapshot.pools.back();
  std::set<std::string> told;  // one sentence may be about many queues
  for (const auto& queue : choice.queues) {
    if (auto objection = claims.objection(*choice.pool, queue); !objection.empty()) {
      if (told.insert(objection).second) snapshot.verdicts.about_pool(state.name, std::move(objection));
      continue;
    }
    const auto* nic = nic::find_nic(snapshot.nics, queue.nic);
    auto& device =
        state.devices.emplace_back(observe(queue.id, nic, snapshot.attachments, snapshot.namespaces));
    owned.insert(queue.present_id());
    device.is_leftover = queue.is_leftover;
    if (auto trouble = trouble_of(device, nic); !trouble.empty()) {
      snapshot.verdicts.against_queue(queue.id, std::move(trouble));
    }
  }
}

// The queues that are the host's, whoever else may have leased them.
std::vector<DeviceState> host_queues(const config::Config& config, const Snapshot& snapshot,
                                     const std::set<kernel::DeviceId>& owned) {
  std::vector<DeviceState> queues;
  for (const auto& nic : snapshot.nics) {
    const bool is_selected = std::ranges::any_of(
        config.pools, [&](const auto& pool) { return selects(pool.selectors, nic.details); });
    if (!is_selected) continue;
    for (std::uint32_t queue = 0; queue < nic.details.rx_queues; ++queue) {
      const kernel::DeviceId id{nic.details.nic.name, queue};
      if (!owned.contains(id)) queues.push_back(judge(id, &nic, snapshot.attachments, snapshot.namespaces));
    }
  }
  return queues;
}

}  // namespace

bool Inventory::is_wanted(const config::Config& config, const kernel::NicDetails& nic) const {
  return purpose_ == Purpose::show || std::ranges::any_of(config.pools, [&](const auto& pool) {
           return selects(pool.selectors, nic) || selection_.remembers(pool, nic.nic);
         });
}

void Inventory::hint_at_masters(const config::Config& config, Snapshot& snapshot) {
  std::optional<std::vector<nic::Master>> masters;
  for (const auto& pool : config.pools) {
    if (!may_name_master(pool.selectors, snapshot.nics)) continue;
    if (!masters) masters = nic::list_masters(host_.route());
    for (const auto& hint : master_hints(pool.selectors, snapshot.nics, *masters)) {
      snapshot.verdicts.about_pool(pool.name, hint.sentence());
    }
  }
}

Snapshot Inventory::scan(const config::Config& config, const AllocatedDevices& allocated) {
  Snapshot snapshot;
  const auto before = store_.list();
  namespaces_.find(before.attachments, snapshot.namespaces);
  snapshot.nics = scanner_.scan([&](const kernel::NicDetails& nic) { return is_wanted(config, nic); });
  auto after = store_.list();
  snapshot.attachments = merge(std::move(after.attachments), before.attachments);
  namespaces_.find(snapshot.attachments, snapshot.namespaces);  // the listing of leases has given them ids
  namespaces_.remember(snapshot.attachments, snapshot.nics, snapshot.namespaces);
  snapshot.unreadable_records = std::move(after.unreadable);
  snapshot.of_earlier_boots = std::move(after.of_earlier_boots);

  const auto nics = details_of(snapshot.nics);
  Held held(snapshot.attachments, allocated);
  std::vector<Claims::Choice> choices;
  for (const auto& pool : config.pools) {
    choices.push_back({&pool, selection_.choose(pool, nics, std::ref(held))});
  }
  const Claims claims(choices);
  std::set<kernel::DeviceId> owned;
  for (const auto& choice : choices) {
    const auto& pool = *choice.pool;
    auto& state = snapshot.pools.emplace_back();
    state.name = pool.name;
    state.resource = config.resource_of(pool);
    state.use = pool.use;
    state.topology = pool.topology;
    add_devices(choice, claims, snapshot, owned);
    if (!choice.queues.empty()) continue;
    const bool any_nic =
        std::ranges::any_of(nics, [&](const auto& nic) { return selects(pool.selectors, nic); });
    snapshot.verdicts.about_pool(pool.name, any_nic ? no_queue_left : no_nic);
  }
  snapshot.host_queues = host_queues(config, snapshot, owned);
  hint_at_masters(config, snapshot);
  return snapshot;
}

}  // namespace rxlease::deviceplugin::pools
