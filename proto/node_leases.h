// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "proto/node.h"

namespace rxlease::proto {

// The questions about further leases, of a message's object. NodeError malformed.
AddLeaseQuestion add_lease_question(const nlohmann::json& object);
RemoveLeaseQuestion remove_lease_question(const nlohmann::json& object);

}  // namespace rxlease::proto
