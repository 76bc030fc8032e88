// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rxlease::deviceplugin::ctl {

// Whether this process has a capability of <linux/capability.h> in effect.
bool has_capability(int capability);

// Whether a seccomp filter decides about its system calls.
bool has_seccomp_filter();

// Whether its user namespace is the initial one, as far as its own map of users tells.
bool in_initial_user_namespace();

}  // namespace rxlease::deviceplugin::ctl
