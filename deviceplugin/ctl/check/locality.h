// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "deviceplugin/ctl/check/findings.h"

namespace rxlease::deviceplugin::ctl {

// NUMA nodes that a process may use: those of its CPUs, and those that its memory may come from.
struct Placement {
  std::set<int> cpus;
  std::set<int> memory;
};

// By the lines Cpus_allowed_list and Mems_allowed_list of `status`, the text of /proc/self/status, and the
// nodes in `sysfs`. Empty where the kernel does not tell.
Placement placement_of(const std::string& status, const std::string& sysfs);

// Says whether what a process may use is near a NIC, whose `nic` is the part of device ids before "-rx":
// memory that it gives to the NIC (io_uring, AF_XDP) lies on a node of its own, and the NIC writes every
// packet there. Says nothing where there is one NUMA node, or the NIC is at none. Needs no privilege; a
// container sees the devices of all network namespaces in `sysfs`.
void check_locality(const std::string& nic, const Placement& placement, const std::string& sysfs,
                    Findings& findings);

}  // namespace rxlease::deviceplugin::ctl
