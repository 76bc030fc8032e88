// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "deviceplugin/prepare/demand.h"
#include "deviceplugin/prepare/journal.h"
#include "deviceplugin/prepare/settings.h"

namespace rxlease::deviceplugin::prepare {

// What is to be done about a NIC.
struct NicPlan {
  NicSettings wished;     // how the pools want it, as far as they say and the driver can
  NicSettings change;     // of that, what is to be put so
  NicSettings give_back;  // what no pool asks for any more, as it was before us
  NicSettings foreign;    // what somebody else has changed since we did, as it is now
};

// Without a demand all is given back. What somebody else changed is left alone, unless the demand is to
// repair it: then it is both in `foreign` and in `change`.
NicPlan plan_nic(const NicDemand& demand, const NicJournal& journal, const NicReading& present);

// The next single setting to put on the way from `present` to `target`, in an order that every driver can
// follow; nullopt when there is nothing left. What `target` does not mention is no concern.
std::optional<NicSettings> next_step(const NicSettings& present, const NicSettings& target);

}  // namespace rxlease::deviceplugin::prepare
