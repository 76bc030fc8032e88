// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/master_hint.h"

#include <algorithm>

#include "text/glob.h"

namespace rxlease::deviceplugin::pools {

namespace {

bool matches_a_nic(const std::string& pattern, const std::vector<nic::NicState>& nics) {
  const auto matches = [&](const std::string& name) { return text::glob_matches(pattern, name); };
  return std::ranges::any_of(nics, [&](const auto& nic) {
    return matches(nic.details.nic.ifname) || std::ranges::any_of(nic.details.altnames, matches);
  });
}

MasterHint hint_for(const nic::Master& master) {
  std::string slaves;
  for (const auto& slave : master.slaves) slaves += (slaves.empty() ? "" : ", ") + slave;
  return MasterHint{
      "interface " + master.names.front() + " is a " + master.kind + ", which has no queues to lease",
      "name its slaves instead: " + slaves};
}

}  // namespace

bool may_name_master(const config::Selectors& selectors, const std::vector<nic::NicState>& nics) {
  return !std::ranges::all_of(selectors.interfaces,
                              [&](const auto& pattern) { return matches_a_nic(pattern, nics); });
}

std::vector<MasterHint> master_hints(const config::Selectors& selectors,
                                     const std::vector<nic::NicState>& nics,
                                     const std::vector<nic::Master>& masters) {
  std::vector<MasterHint> hints;
  for (const auto& master : masters) {
    const bool is_meant = std::ranges::any_of(selectors.interfaces, [&](const auto& pattern) {
      const auto matches = [&](const auto& name) { return text::glob_matches(pattern, name); };
      return !matches_a_nic(pattern, nics) && std::ranges::any_of(master.names, matches);
    });
    if (is_meant) hints.push_back(hint_for(master));
  }
  return hints;
}

}  // namespace rxlease::deviceplugin::pools
