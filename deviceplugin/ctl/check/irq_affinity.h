// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/config/config.h"
#include "deviceplugin/ctl/check/findings.h"

namespace rxlease::deviceplugin::ctl {

// Says for pools with "irqAffinity: follow" whether interrupts can be moved in `irq_directory` (that of
// kernel/irq.h), and whether kubelet pins pods to CPUs, by its own file of the CPU manager's state.
void check_irq_affinity(const config::Config& config, const std::string& irq_directory, Findings& findings);

}  // namespace rxlease::deviceplugin::ctl
