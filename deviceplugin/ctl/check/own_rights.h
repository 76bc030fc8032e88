// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rxlease::deviceplugin::ctl {

// Whether a capability of <linux/capability.h> is effective in this process.
bool has_capability(int capability);

// Whether this process has a seccomp filter.
bool has_seccomp_filter();

// Whether its user namespace is the initial one, by its user map.
bool in_initial_user_namespace();

}  // namespace rxlease::deviceplugin::ctl
