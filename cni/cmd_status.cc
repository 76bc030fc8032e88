// SPDX-License-Identifier: Apache-2.0
#include "cni/attachments.h"
#include "cni/error.h"
#include "cni/leasing.h"
#include "cni/plugin.h"

namespace rxlease::cni {

void cmd_status(const Call& call) {
  try {
    require_queue_create(call.system.host());
  } catch (const Error& error) {
    throw Error(Code::plugin_not_available, error.what(), error.details());
  }
  try {
    if (!call.conf.devices.empty()) require_nic(call.system, call.conf.devices);
  } catch (const Error& error) {  // the pods that leased from it have lost their devices with it
    throw Error(Code::limited_connectivity, error.what(), error.details());
  }
  if (const auto ipam = ipam_of(call)) ipam->status();
}

}  // namespace rxlease::cni
