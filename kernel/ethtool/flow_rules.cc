// SPDX-License-Identifier: Apache-2.0
#include "kernel/ethtool/flow_rules.h"

#include <linux/ethtool.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "kernel/error.h"
#include "kernel/ethtool/flow_spec.h"

namespace rxlease::kernel {

namespace {

std::span<std::uint8_t> bytes_of(ethtool_rxnfc& command) {
  return {reinterpret_cast<std::uint8_t*>(&command), sizeof(command)};
}

}  // namespace

// Only GRXCLSRLCNT tells whether the driver chooses, and only GRXCLSRLALL gives the table's size with every
// driver.
std::optional<FlowRules::Table> FlowRules::table() const {
  constexpr int attempts = 10;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    ethtool_rxnfc count{};
    count.cmd = ETHTOOL_GRXCLSRLCNT;
    try {
      netns_.ethtool("ETHTOOL_GRXCLSRLCNT", ifname_, bytes_of(count));
    } catch (const KernelError& error) {
      if (error.error() == EOPNOTSUPP) return std::nullopt;
      throw;
    }
    std::vector<std::uint8_t> answer(sizeof(ethtool_rxnfc) + count.rule_cnt * sizeof(std::uint32_t));
    ethtool_rxnfc all{};
    all.cmd = ETHTOOL_GRXCLSRLALL;
    all.rule_cnt = count.rule_cnt;
    std::memcpy(answer.data(), &all, sizeof(all));
    try {
      netns_.ethtool("ETHTOOL_GRXCLSRLALL", ifname_, answer);
    } catch (const KernelError& error) {
      if (error.error() == EMSGSIZE) continue;  // rules were added since
      throw;
    }
    std::memcpy(&all, answer.data(), sizeof(all));
    Table table;
    table.size = static_cast<std::uint32_t>(all.data) & ~std::uint32_t{RX_CLS_LOC_SPECIAL};
    table.driver_chooses = (count.data & RX_CLS_LOC_SPECIAL) != 0;
    table.locations.resize(std::min(all.rule_cnt, count.rule_cnt));
    if (table.locations.empty()) return table;
    std::memcpy(table.locations.data(), answer.data() + offsetof(ethtool_rxnfc, rule_locs),
                table.locations.size() * sizeof(std::uint32_t));
    return table;
  }
  throw KernelError("ETHTOOL_GRXCLSRLALL " + ifname_, EAGAIN, "there are more rules each time");
}

std::map<std::uint32_t, FlowRule> FlowRules::list() const {
  std::map<std::uint32_t, FlowRule> rules;
  const auto listed = table();
  if (!listed) return rules;
  for (const auto location : listed->locations) {
    if (const auto rule = at(location)) rules.emplace(location, *rule);
  }
  return rules;
}

// For a location that has become free since it was listed, drivers return ENOENT or EINVAL.
std::optional<FlowRule> FlowRules::at(std::uint32_t location) const {
  ethtool_rxnfc command{};
  command.cmd = ETHTOOL_GRXCLSRULE;
  command.fs.location = location;
  try {
    netns_.ethtool("ETHTOOL_GRXCLSRULE", ifname_, bytes_of(command));
  } catch (const KernelError& error) {
    if (error.error() == ENOENT || error.error() == EINVAL) return std::nullopt;
    throw;
  }
  return rule_of(command.fs, command.rss_context);
}

std::uint32_t FlowRules::place_for_one_more() const {
  const auto present = table();
  if (!present) throw KernelError("ETHTOOL_GRXCLSRLCNT " + ifname_, EOPNOTSUPP);
  if (present->driver_chooses) return RX_CLS_LOC_ANY;
  for (std::uint32_t location = 0; location < present->size; ++location) {
    if (std::ranges::find(present->locations, location) == present->locations.end()) return location;
  }
  throw KernelError("ETHTOOL_SRXCLSRLINS " + ifname_, ENOSPC,
                    "all " + std::to_string(present->size) + " locations are taken");
}

std::uint32_t FlowRules::insert(const FlowRule& rule) const {
  ethtool_rxnfc command{};
  command.cmd = ETHTOOL_SRXCLSRLINS;
  command.fs = spec_of(rule);
  command.fs.location = place_for_one_more();
  command.rss_context = rule.target.rss_context.value_or(0);
  netns_.ethtool("ETHTOOL_SRXCLSRLINS", ifname_, bytes_of(command));
  return command.fs.location;
}

bool FlowRules::remove(std::uint32_t location) const {
  ethtool_rxnfc command{};
  command.cmd = ETHTOOL_SRXCLSRLDEL;
  command.fs.location = location;
  try {
    netns_.ethtool("ETHTOOL_SRXCLSRLDEL", ifname_, bytes_of(command));
  } catch (const KernelError& error) {
    if (error.error() == ENOENT) return false;
    throw;
  }
  return true;
}

}  // namespace rxlease::kernel
