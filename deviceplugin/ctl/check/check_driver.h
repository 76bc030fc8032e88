// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/check/check_nics.h"
#include "deviceplugin/nic/nic_state.h"

namespace rxlease::deviceplugin::ctl {

// Tells in one line what the drivers that can lease differ in (the table of docs/nics.md), as this NIC's
// driver answers: channels, header split, RSS contexts, flow rules, AF_XDP without copies. Missing: the pool
// is for AF_XDP, and the driver has it only with copies. Changes nothing. `subject`: of the findings.
void check_driver(const config::Pool& pool, const nic::NicState& nic, const std::string& subject,
                  const HostKernel& host, Findings& findings);

}  // namespace rxlease::deviceplugin::ctl
