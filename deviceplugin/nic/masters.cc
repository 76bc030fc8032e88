// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/nic/masters.h"

#include <cstdint>
#include <map>

#include "kernel/netlink/links.h"

namespace rxlease::deviceplugin::nic {

std::vector<Master> list_masters(kernel::Transport& route) {
  const auto links = kernel::Links(route).getlink_dump();
  std::map<std::uint32_t, std::vector<std::string>> slaves;  // by the master's ifindex
  for (const auto& link : links) {
    if (link.master && link.ifname) slaves[*link.master].push_back(*link.ifname);
  }
  std::vector<Master> masters;
  for (const auto& link : links) {
    const auto found = slaves.find(link.ifindex());
    if (found == slaves.end() || !link.ifname) continue;
    Master master;
    master.names = link.altnames();
    master.names.insert(master.names.begin(), *link.ifname);
    master.kind = link.linkinfo ? link.linkinfo->kind : "master";
    master.slaves = found->second;
    masters.push_back(std::move(master));
  }
  return masters;
}

}  // namespace rxlease::deviceplugin::nic
