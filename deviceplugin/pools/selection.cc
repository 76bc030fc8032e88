// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/selection.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kernel/files.h"
#include "text/glob.h"
#include "text/queue_ranges.h"

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

std::vector<std::uint32_t> queues_for(const config::Pool& pool, const kernel::NicDetails& nic) {
  if (pool.queues.count == 0) return pool.queues.ids;
  return highest(pool.queues.count, pool.channels.value_or(nic.rx_queues));  // as preparation will set them
}

// The NIC that had this name and this ifindex; null: it is unplugged.
const kernel::NicDetails* present(const std::string& name, std::uint32_t ifindex,
                                  const std::vector<kernel::NicDetails>& nics) {
  const auto by_name = std::ranges::find_if(nics, [&](const auto& nic) { return nic.nic.name == name; });
  if (by_name != nics.end()) return &*by_name;
  const auto by_ifindex =
      std::ranges::find_if(nics, [&](const auto& nic) { return nic.nic.ifindex == ifindex; });
  return by_ifindex != nics.end() ? &*by_ifindex : nullptr;
}

}  // namespace

bool selects(const config::Selectors& selectors, const kernel::NicDetails& nic) {
  const auto allows = [](const std::vector<std::string>& patterns, const std::string& text) {
    return patterns.empty() || matches_any(patterns, text);
  };
  const bool on_node = selectors.numa_nodes.empty() ||
                       (nic.numa_node && std::ranges::find(selectors.numa_nodes, *nic.numa_node) !=
                                             selectors.numa_nodes.end());
  const auto allows_one_of = [&](const std::vector<std::string>& names) {
    return std::ranges::any_of(names, [&](const auto& name) { return allows(selectors.interfaces, name); });
  };
  const bool is_named = allows(selectors.interfaces, nic.nic.ifname) || allows_one_of(nic.altnames);
  return on_node && is_named && allows(selectors.drivers, nic.driver) &&
         allows(selectors.pci_addresses, nic.bus == "pci" ? nic.parent : "") &&
         allows(selectors.parents, nic.parent);
}

Selection::Selection(const std::string& state_directory, Memory memory)
    : path_(state_directory + "/pools.json"), memory_(memory) {
  load();
}

void Selection::NicChoice::retire() {
  leftovers.insert(queues.begin(), queues.end());
  queues.clear();
}

bool Selection::Choice::has_leftover(const std::string& nic, std::uint32_t queue) const {
  const auto found = nics.find(nic);
  return found != nics.end() && found->second.leftovers.contains(queue);
}

// Where the reason for a choice is gone, its queues become leftovers.
void Selection::renew(Choice& choice, const config::Pool& pool, const std::vector<kernel::NicDetails>& nics) {
  const auto specification = specification_of(pool);
  for (auto& [name, of_nic] : choice.nics) {
    const auto* nic = present(name, of_nic.ifindex, nics);
    const bool still_selected = nic == nullptr || (nic->nic.name == name && selects(pool.selectors, *nic));
    if (!still_selected || choice.specification != specification) of_nic.retire();
  }
  choice.specification = specification;
  for (const auto& nic : nics) {
    if (nic.rx_queues == 0 || !selects(pool.selectors, nic)) continue;
    auto& of_nic = choice.nics[nic.nic.name];
    of_nic.ifindex = nic.nic.ifindex;
    auto queues = queues_for(pool, nic);
    if (of_nic.queues == queues) continue;
    of_nic.retire();
    of_nic.queues = std::move(queues);
    for (const auto queue : of_nic.queues) of_nic.leftovers.erase(queue);
  }
}

std::vector<ChosenQueue> Selection::choose(const config::Pool& pool,
                                           const std::vector<kernel::NicDetails>& nics,
                                           const IsHeld& is_held) {
  if (memory_ == Memory::read_only) load();  // the daemon may have written it
  const auto& before = choices_[pool.name];
  auto choice = before;
  renew(choice, pool, nics);
  for (auto& [name, of_nic] : choice.nics) {
    std::erase_if(of_nic.leftovers, [&, &nic = name](std::uint32_t queue) {
      const bool by_the_daemon = memory_ == Memory::read_only && before.has_leftover(nic, queue);
      return !by_the_daemon && !is_held({nic, queue});
    });
  }
  std::erase_if(choice.nics, [](const auto& entry) {
    return entry.second.queues.empty() && entry.second.leftovers.empty();
  });
  keep(pool.name, choice);
  std::vector<ChosenQueue> chosen;
  for (const auto& [name, of_nic] : choice.nics) {
    const auto* nic = present(name, of_nic.ifindex, nics);
    const auto& now = nic != nullptr ? nic->nic.name : name;
    for (const auto queue : of_nic.queues) chosen.push_back({{name, queue}, now});
    for (const auto queue : of_nic.leftovers) chosen.push_back({{name, queue}, now, true});
  }
  std::ranges::sort(chosen, {}, &ChosenQueue::id);
  return chosen;
}

void Selection::keep(const std::string& pool, const Choice& choice) {
  if (choices_[pool] == choice) return;
  auto choices = choices_;
  choices[pool] = choice;
  if (memory_ == Memory::kept) {
    save(choices);
    log_change(pool, choices_[pool], choice);
  }
  choices_ = std::move(choices);
}

bool Selection::remembers(const config::Pool& pool, const kernel::Nic& nic) const {
  const auto choice = choices_.find(pool.name);
  return choice != choices_.end() && std::ranges::any_of(choice->second.nics, [&](const auto& entry) {
           return entry.first == nic.name || entry.second.ifindex == nic.ifindex;
         });
}

// The first choice of a NIC is no change.
void Selection::log_change(const std::string& pool, const Choice& before, const Choice& after) {
  const auto list = [](const auto& queues) {
    return queues.empty() ? std::string("none")
                          : text::ids_to_string(std::vector<std::uint32_t>(queues.begin(), queues.end()));
  };
  for (const auto& [nic, was] : before.nics) {
    const auto found = after.nics.find(nic);
    const auto now = found != after.nics.end() ? found->second : NicChoice{};
    if (now.queues != was.queues) {
      spdlog::info("pool {}: its queues of {} are chosen anew: {} instead of {}", pool, nic, list(now.queues),
                   list(was.queues));
    }
    if (!now.leftovers.empty() && now.leftovers != was.leftovers) {
      spdlog::info("pool {}: queues {} of {} stay until no pod has them", pool, list(now.leftovers), nic);
    }
  }
}

// If the file cannot be read, the choices are made anew; only those of unplugged NICs are lost.
void Selection::load() {
  choices_.clear();
  const auto text = kernel::read_usable_file(path_);
  const auto object = json::parse(text.value_or("{}"), nullptr, /*allow_exceptions=*/false);
  try {
    for (const auto& [pool, stored] : object.items()) {
      Choice choice;
      stored.at("specification").get_to(choice.specification);
      for (const auto& [nic, of_nic] : stored.at("nics").items()) {
        auto& read = choice.nics[nic];
        if (of_nic.is_array()) {  // as earlier daemons wrote it
          of_nic.get_to(read.queues);
          continue;
        }
        of_nic.at("ifindex").get_to(read.ifindex);
        of_nic.at("queues").get_to(read.queues);
        of_nic.at("leftovers").get_to(read.leftovers);
      }
      choices_[pool] = std::move(choice);
    }
  } catch (const json::exception&) {
    choices_.clear();
  }
}

void Selection::save(const Choices& choices) const {
  json object = json::object();
  for (const auto& [pool, choice] : choices) {
    auto nics = json::object();
    for (const auto& [nic, of_nic] : choice.nics) {
      nics[nic] = {{"ifindex", of_nic.ifindex}, {"queues", of_nic.queues}, {"leftovers", of_nic.leftovers}};
    }
    object[pool] = {{"specification", choice.specification}, {"nics", std::move(nics)}};
  }
  kernel::replace_file(path_, object.dump(2) + "\n", selection_file_mode);
}

}  // namespace rxlease::deviceplugin::pools
