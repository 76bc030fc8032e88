// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/spread.h"

#include <bit>
#include <string>

#include "attachment/record/error.h"

namespace rxlease::attachment {

namespace {

// Linux gives its clients even ports first, so the lowest bit tells little.
constexpr unsigned first_bit = 1;

constexpr const char* remedy =
    "lease one queue an attachment (\"queues\": 1), or use a NIC with RSS contexts";

}  // namespace

std::vector<SteeredFlow> spread(const SteeringPlan& plan, const std::vector<std::uint32_t>& queues) {
  const auto parts = std::bit_ceil(queues.size());
  if (plan.size() * parts > most_flow_rules) {
    throw Error(Fault::invalid, Part::steering,
                "takes " + std::to_string(plan.size() * parts) + " flow rules, of which " +
                    std::to_string(most_flow_rules) + " are the most: " + std::to_string(parts) +
                    " for each of " + std::to_string(plan.size()) +
                    " flows, since the driver has no RSS contexts",
                remedy);
  }
  std::vector<SteeredFlow> flows;
  flows.reserve(plan.size() * parts);
  for (const auto& match : plan) {
    if (!match.protocol) {
      throw Error(Fault::invalid, Part::steering,
                  "the driver has no RSS contexts, and " + match.to_string() +
                      " has no ports by which its packets could be spread over " +
                      std::to_string(queues.size()) + " queues",
                  remedy);
    }
    for (std::size_t part = 0; part < parts; ++part) {
      SteeredFlow flow{match, std::nullopt, queues[part % queues.size()]};
      flow.match.src_port = {static_cast<std::uint16_t>(part << first_bit),
                             static_cast<std::uint16_t>((parts - 1) << first_bit)};
      flows.push_back(flow);
    }
  }
  return flows;
}

}  // namespace rxlease::attachment
