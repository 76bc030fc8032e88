// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "attachment/leasing.h"
#include "cni/conf/environment.h"
#include "cni/conf/net_conf.h"
#include "cni/conf/release_conf.h"
#include "cni/system/system.h"

namespace rxlease::cni {

// One call of the plugin, read and checked.
struct Call {
  System& system;
  const Environment& environment;
  const NetConf& conf;

  attachment::Machine& machine() const { return system.machine(); }
  attachment::Site site() const { return {machine(), conf.state_directory}; }
  attachment::LeaseTimeout lease_timeout() const { return {conf.queues.lease_timeout, "leaseTimeoutMs"}; }
};

// A DEL or GC, which read less of the configuration.
struct ReleaseCall {
  System& system;
  const Environment& environment;
  const ReleaseConf& conf;

  attachment::Machine& machine() const { return system.machine(); }
  attachment::Site site() const { return {machine(), conf.state_directory}; }
  attachment::LeaseTimeout lease_timeout() const { return {conf.lease_timeout, "leaseTimeoutMs"}; }
};

// The verbs, in the specification's own words. They throw Error, and attachment::Error for what the acts
// refuse; nothing of a failed ADD stays.
nlohmann::json cmd_add(const Call& call);  // the result
void cmd_del(const ReleaseCall& call);     // succeeds when all is gone already
void cmd_check(const Call& call);          // Error 101 names all that is not as ADD left it
void cmd_gc(const ReleaseCall& call);      // undoes the network's attachments that are not in the list
void cmd_status(const Call& call);         // Errors 50 and 51 when an ADD would fail

}  // namespace rxlease::cni
