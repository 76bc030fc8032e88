// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "attachment/record/steering_plan.h"
#include "kernel/ethtool/flow_rule.h"

namespace rxlease::attachment {

// A flow of a pod, and where in the NIC's table its rule is, once that is known.
struct SteeredFlow {
  kernel::FlowMatch match;
  std::optional<std::uint32_t> location;
  std::optional<std::uint32_t> queue = std::nullopt;  // of the NIC, where rules have their own targets
};

// What brings a pod's flows to its queues: rules on a NIC and, for several queues, an RSS context, or a rule
// for each queue where the driver has no contexts. It is recorded before it is made, so that what was made
// can be found: a rule without a location by its match and target, a context by its number and its queues.
struct Steering {
  std::string nic;            // as in device ids
  std::uint32_t ifindex = 0;  // distinguishes that NIC from a later one of the same name
  kernel::FlowTarget
      target;  // of all rules that have none of their own; a context's number is chosen before it is made
  std::vector<SteeredFlow> flows;

  kernel::FlowRule rule_of(const SteeredFlow& flow) const;

  // Whether a rule of the NIC is one of these.
  bool has(std::uint32_t location, const kernel::FlowRule& rule) const;
};

nlohmann::json to_json(const Steering& steering);

// Throws nlohmann::json::exception for what is none.
Steering steering_from(const nlohmann::json& object);

// What rules are to match, without their places. Reading throws as steering_from().
nlohmann::json to_json(const SteeringPlan& plan);
SteeringPlan steering_plan_from(const nlohmann::json& list);

}  // namespace rxlease::attachment
