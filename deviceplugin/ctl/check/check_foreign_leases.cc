// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/check_foreign_leases.h"

#include <algorithm>

#include "deviceplugin/pools/selection.h"

namespace rxlease::deviceplugin::ctl {

namespace {

void check_leases_of(const nic::NicState& nic, const pools::Snapshot& snapshot, Findings& findings) {
  if (!nic.up) return;  // the kernel lists no leases then
  const auto subject = "NIC " + nic.details.nic.name;
  bool any = false;
  const auto report = [&](const pools::DeviceState& device, const std::string& whose) {
    if (device.ifname != nic.details.nic.ifname || device.occupancy != pools::Occupancy::foreign) return;
    any = true;
    findings.missing(subject, device.id.to_string() + ", " + whose + ", is " + device.holder,
                     "delete that netkit, or set foreignLeases: reclaim");
  };
  for (const auto& pool : snapshot.pools) {
    for (const auto& device : pool.devices) report(device, "a queue of pool " + pool.name);
  }
  for (const auto& device : snapshot.host_queues) report(device, "a queue of the host's");
  if (!any) findings.ok(subject, "no queue of it has a foreign lease");
}

}  // namespace

void check_foreign_leases(const config::Config& config, const pools::Snapshot& snapshot, Findings& findings) {
  for (const auto& nic : snapshot.nics) {
    const bool is_selected = std::ranges::any_of(
        config.pools, [&](const auto& pool) { return pools::selects(pool.selectors, nic.details); });
    if (is_selected) check_leases_of(nic, snapshot, findings);
  }
}

}  // namespace rxlease::deviceplugin::ctl
