// SPDX-License-Identifier: Apache-2.0
#include "attachment/leasing.h"
#include "cni/verbs/attachments.h"
#include "cni/verbs/call.h"
#include "cni/verbs/refusal.h"

namespace rxlease::cni {

namespace {

// Runs a requirement of ADD. What the act refuses has a code of STATUS's here.
template <typename Requirement>
auto required(Code code, Requirement requirement) {
  try {
    return requirement();
  } catch (const attachment::Error& error) {
    throw refusal(error, code);
  }
}

// Whether each ADD leases a queue, or fails. A pod without queues is served by an optional network, and by a
// single behind another plugin, which STATUS does not show: it gets no prevResult.
bool each_add_leases(const NetConf& conf) {
  if (!conf.queues.devices.empty()) return true;
  return !conf.queues.optional && conf.netkit.pairing == kernel::NetkitPairing::pair;
}

}  // namespace

// A runtime keeps the node from becoming ready for as long as STATUS fails. So it fails only where every ADD
// would, and by nothing that comes by itself while the node boots: the daemon, which tells a pod's queues,
// is a pod itself. What only some pods ask for, such as steering, is their ADD's.
void cmd_status(const Call& call) {
  if (each_add_leases(call.conf)) {
    required(Code::plugin_not_available,
             [&] { return attachment::require_queue_create(call.machine().host()); });
  }
  if (const auto& devices = call.conf.queues.devices; !devices.empty()) {
    // Without the NIC the pods that leased from it have lost their devices as well.
    required(Code::limited_connectivity,
             [&] { return attachment::require_nic(call.machine(), devices.front()); });
  }
  check_ipam(call.conf);
  if (const auto ipam = ipam_of(call)) ipam->status();
}

}  // namespace rxlease::cni
