// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/ctl/findings.h"
#include "kernel/netns.h"

namespace rxlease::deviceplugin::ctl {

// Whether we may do what the daemon and the plugin must. False: questions to the kernel will be refused.
bool check_rights(Findings& findings);

// queue-create and netkit, by trying. False: no NIC can lease on this kernel.
bool check_leasing(kernel::Namespace& host, Findings& findings);

// What an administrator sets: forwarding, io_uring, locked memory.
void check_settings(Findings& findings);

}  // namespace rxlease::deviceplugin::ctl
