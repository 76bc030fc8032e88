// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/ethtool.h>

#include <optional>

#include "kernel/ethtool/flow_rule.h"

namespace rxlease::kernel {

// A rule in SIOCETHTOOL's form, without its location.
ethtool_rx_flow_spec spec_of(const FlowRule& rule);

// nullopt for a rule that a FlowRule cannot express; no rule of rxlease is like that.
std::optional<FlowRule> rule_of(const ethtool_rx_flow_spec& spec, std::uint32_t rss_context);

}  // namespace rxlease::kernel
