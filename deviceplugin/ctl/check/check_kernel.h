// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/ctl/check/findings.h"
#include "kernel/netlink/netns.h"

namespace rxlease::deviceplugin::ctl {

// Checks for the capabilities that the daemon and the plugin need. False: the kernel would refuse queries.
bool check_rights(Findings& findings);

// Checks queue-create and netkit by using them. False: no NIC can lease on this kernel.
bool check_leasing(kernel::Namespace& host, Findings& findings);

// Checks an administrator's settings: forwarding, io_uring, locked memory.
void check_settings(Findings& findings);

}  // namespace rxlease::deviceplugin::ctl
