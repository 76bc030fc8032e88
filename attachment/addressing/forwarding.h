// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/netlink/netns.h"

namespace rxlease::attachment {

// Have the host forward packets. They change nothing where it does already, and are never undone: others may
// have come to need it. KernelError names the sysctl that cannot be set.

void forward_ipv4(kernel::Namespace& host);

// A router heeds no other router's advertisements, and Linux deletes what it has learnt from them, the
// default route as well, when it becomes one. Links with such routes get accept_ra 2 first: they go on to
// learn.
void forward_ipv6(kernel::Namespace& host);

}  // namespace rxlease::attachment
