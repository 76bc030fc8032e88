// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/generic_groups.h"

#include <utility>

#include "kernel/genl.h"

namespace rxlease::deviceplugin {

std::vector<std::uint32_t> generic_groups(kernel::Namespace& host) {
  std::vector<std::uint32_t> groups;
  for (const auto& [family, group] : {std::pair{"netdev", "mgmt"}, std::pair{"ethtool", "monitor"}}) {
    const auto found = kernel::getfamily(host.generic(), family);
    const auto number = found ? found->mcast_group(group) : std::nullopt;
    if (number) groups.push_back(*number);
  }
  return groups;
}

}  // namespace rxlease::deviceplugin
