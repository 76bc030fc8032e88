// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "deviceplugin/prepare/plan/demand.h"
#include "deviceplugin/prepare/plan/journal.h"
#include "deviceplugin/prepare/plan/settings.h"

namespace rxlease::deviceplugin::prepare {

// What to change of a NIC, and what not.
struct NicPlan {
  NicSettings wished;     // the settings that the pools want and the driver has
  NicSettings change;     // those of them to set now
  NicSettings give_back;  // settings that no pool asks for any more, with their original values
  NicSettings foreign;    // settings that somebody else has changed since we did, as they are now
  bool lost_rss = false;  // the NIC has lost our RSS table, as by a reset; `change` has it
};

// An empty demand gives back all settings. A setting that somebody else changed is left alone, unless the
// demand says repair: then it is in `foreign` and in `change`. An RSS table that is the driver's own again,
// all queues in turn, counts as lost, unless the demand says otherwise: a reset of the NIC does that.
NicPlan plan_nic(const NicDemand& demand, const NicJournal& known, const NicReading& reading);

// The next single setting to change from `present` to `target`, in an order that every driver can follow;
// nullopt when none differs. Settings that `target` lacks stay.
std::optional<NicSettings> next_step(const NicSettings& present, const NicSettings& target);

}  // namespace rxlease::deviceplugin::prepare
