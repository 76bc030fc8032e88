// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/ctl/show/overview.h"
#include "deviceplugin/ctl/terminal/style.h"

namespace rxlease::deviceplugin::ctl {

enum class Topic { all, nics, pools, queues, leases, pods };

// For people. `wide`: with every column; the topic `pools` always has them. A sentence says so if a topic has
// no rows, if the kernel cannot lease, and if a file among the records is none.
std::string to_tables(const Overview& overview, Topic topic, bool wide, const Style& style = {});

}  // namespace rxlease::deviceplugin::ctl
