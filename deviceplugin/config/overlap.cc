// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/overlap.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "text/display.h"
#include "text/glob.h"
#include "text/queue_ranges.h"

namespace rxlease::deviceplugin::config {

namespace {

// One kind of selector in two pools.
struct Kind {
  const char* name;
  std::vector<std::string> a, b;
  bool is_of_one_nic;  // a value names one NIC, not a class of NICs
};

std::vector<std::string> numbers(const std::vector<int>& values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const int value : values) texts.push_back(std::to_string(value));
  return texts;
}

std::array<Kind, 5> kinds_of(const Selectors& a, const Selectors& b) {
  return {{{"interface", a.interfaces, b.interfaces, true},
           {"PCI address", a.pci_addresses, b.pci_addresses, true},
           {"parent", a.parents, b.parents, true},
           {"driver", a.drivers, b.drivers, false},
           {"NUMA node", numbers(a.numa_nodes), numbers(b.numa_nodes), false}}};
}

// A value of both pools: the same text in both, or a name that the other's pattern matches.
std::optional<std::string> common_value(const Kind& kind) {
  for (const auto& one : kind.a) {
    for (const auto& other : kind.b) {
      if (one == other || (text::is_literal(one) && text::glob_matches(other, one))) return one;
      if (text::is_literal(other) && text::glob_matches(one, other)) return other;
    }
  }
  return std::nullopt;
}

// A NIC, or a class of NICs, that both pools select. They certainly do if they have a NIC's name in common,
// or select by the same kinds. A kind without a common value may separate them.
std::optional<std::string> common_nic(const Selectors& a, const Selectors& b) {
  std::optional<std::string> common;
  bool is_certain = true;
  bool shares_name = false;
  for (const auto& kind : kinds_of(a, b)) {
    if (kind.a.empty() && kind.b.empty()) continue;
    if (kind.a.empty() || kind.b.empty()) {
      is_certain = false;
      continue;
    }
    const auto value = common_value(kind);
    if (!value) return std::nullopt;
    if (!common) common = std::string(kind.name).append(" ").append(text::display(*value));
    shares_name = shares_name || (kind.is_of_one_nic && text::is_literal(*value));
  }
  return is_certain || shares_name ? common : std::nullopt;
}

std::optional<std::string> common_queues(const Queues& a, const Queues& b) {
  if (a.count != 0 && b.count != 0) return "the highest queues";
  std::vector<std::uint32_t> ids;
  std::ranges::set_intersection(a.ids, b.ids, std::back_inserter(ids));
  return ids.empty() ? std::nullopt : std::optional("queues " + text::ids_to_string(ids));
}

}  // namespace

std::optional<std::string> overlap_of(const Pool& a, const Pool& b) {
  const auto nic = common_nic(a.selectors, b.selectors);
  const auto queues = common_queues(a.queues, b.queues);
  return nic && queues ? std::optional(*nic + ", " + *queues) : std::nullopt;
}

std::optional<std::string> common_nic_of(const Pool& a, const Pool& b) {
  return common_nic(a.selectors, b.selectors);
}

std::optional<std::string> disagreement_of(const Pool& a, const Pool& b) {
  if (!a.channels || !b.channels || a.channels == b.channels) return std::nullopt;
  const auto nic = common_nic(a.selectors, b.selectors);
  if (!nic) return std::nullopt;
  return *nic + ", " + std::to_string(*a.channels) + " channels there and " + std::to_string(*b.channels) +
         " here";
}

}  // namespace rxlease::deviceplugin::config
