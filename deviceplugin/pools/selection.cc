// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/selection.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kernel/files.h"
#include "text/glob.h"

namespace rxlease::deviceplugin::pools {

namespace {

using nlohmann::json;

constexpr mode_t selection_file_mode = 0600;

bool matches_any(const std::vector<std::string>& patterns, const std::string& text) {
  return std::ranges::any_of(patterns,
                             [&](const auto& pattern) { return text::glob_matches(pattern, text); });
}

// What a choice depends on, as text; when the text changes, the choice is made anew.
std::string specification_of(const config::Pool& pool) {
  const auto& selectors = pool.selectors;
  json object{{"interfaces", selectors.interfaces},      {"drivers", selectors.drivers},
              {"pciAddresses", selectors.pci_addresses}, {"parents", selectors.parents},
              {"numaNodes", selectors.numa_nodes},       {"ids", pool.queues.ids}};
  object["count"] = pool.queues.count;
  if (pool.channels) object["channels"] = *pool.channels;
  return object.dump();
}

// The queues with the highest ids, but never queue 0: the host needs one.
std::vector<std::uint32_t> highest(std::uint32_t count, std::uint32_t rx_queues) {
  std::vector<std::uint32_t> queues;
  const auto first = rx_queues > count ? rx_queues - count : 1;
  for (auto queue = first; queue < rx_queues; ++queue) queues.push_back(queue);
  return queues;
}

}  // namespace

bool selects(const config::Selectors& selectors, const kernel::NicDetails& nic) {
  const auto allows = [](const std::vector<std::string>& patterns, const std::string& text) {
    return patterns.empty() || matches_any(patterns, text);
  };
  const bool on_node = selectors.numa_nodes.empty() ||
                       (nic.numa_node && std::ranges::find(selectors.numa_nodes, *nic.numa_node) !=
                                             selectors.numa_nodes.end());
  return on_node && allows(selectors.interfaces, nic.nic.ifname) && allows(selectors.drivers, nic.driver) &&
         allows(selectors.pci_addresses, nic.bus == "pci" ? nic.parent : "") &&
         allows(selectors.parents, nic.parent);
}

Selection::Selection(const std::string& state_directory, Memory memory)
    : path_(state_directory + "/pools.json"), memory_(memory) {
  load();
}

std::vector<kernel::DeviceId> Selection::choose(const config::Pool& pool,
                                                const std::vector<kernel::NicDetails>& nics) {
  auto& choice = choices_[pool.name];
  bool changed = false;
  if (const auto specification = specification_of(pool); choice.specification != specification) {
    choice = {specification, {}};
    changed = true;
  }
  for (const auto& nic : nics) {
    if (choice.nics.contains(nic.nic.name) || nic.rx_queues == 0) continue;
    const auto rx_queues = pool.channels.value_or(nic.rx_queues);  // as many as preparation will set
    choice.nics[nic.nic.name] =
        pool.queues.count != 0 ? highest(pool.queues.count, rx_queues) : pool.queues.ids;
    changed = true;
  }
  if (changed && memory_ == Memory::kept) save();
  std::vector<kernel::DeviceId> devices;
  for (const auto& [nic, queues] : choice.nics) {
    for (const auto queue : queues) devices.push_back({nic, queue});
  }
  return devices;
}

// If the file cannot be read, the choices are made anew; only those of unplugged NICs are lost.
void Selection::load() {
  const auto text = kernel::read_usable_file(path_);
  const auto object = json::parse(text.value_or("{}"), nullptr, /*allow_exceptions=*/false);
  try {
    for (const auto& [pool, stored] : object.items()) {
      Choice choice;
      stored.at("specification").get_to(choice.specification);
      stored.at("nics").get_to(choice.nics);
      choices_[pool] = std::move(choice);
    }
  } catch (const json::exception&) {
    choices_.clear();
  }
}

void Selection::save() const {
  json object = json::object();
  for (const auto& [pool, choice] : choices_) {
    object[pool] = {{"specification", choice.specification}, {"nics", choice.nics}};
  }
  kernel::replace_file(path_, object.dump(2) + "\n", selection_file_mode);
}

}  // namespace rxlease::deviceplugin::pools
