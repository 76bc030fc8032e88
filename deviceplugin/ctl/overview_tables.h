// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/ctl/overview.h"

namespace rxlease::deviceplugin::ctl {

enum class Topic { all, nics, queues, leases, pods };

// For people. `wide`: with all that is known. A topic of which there is nothing says so in a sentence, and so
// does a kernel that cannot lease, or a file that should be a record and is none.
std::string to_tables(const Overview& overview, Topic topic, bool wide);

}  // namespace rxlease::deviceplugin::ctl
