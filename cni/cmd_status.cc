// SPDX-License-Identifier: Apache-2.0
#include "attachment/leasing.h"
#include "attachment/steer.h"
#include "cni/attachments.h"
#include "cni/call.h"
#include "cni/conf/error.h"
#include "cni/refusal.h"
#include "text/display.h"

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

// Without devices and without the node daemon a pod's ADD could learn its queues from nobody.
void require_source_of_queues(const Call& call) {
  const auto& conf = call.conf.queues;
  const auto socket = proto::node_socket(call.conf.state_directory);
  if (!conf.devices.empty() || conf.optional || call.system.is_daemon_there(socket)) return;
  throw Error(Code::plugin_not_available,
              "there are no \"devices\", and the node daemon, which knows a pod's, is not there",
              "is rxlease-device-plugin running, and of this release? It is asked at " +
                  text::display(socket) + " (\"stateDirectory\"); or name queues in \"devices\"");
}

// Nobody knows the NIC of queues that kubelet has yet to allocate.
void require_nic_of_devices(const Call& call) {
  const auto& devices = call.conf.queues.devices;
  if (devices.empty()) return;
  auto& machine = call.machine();
  // Without the NIC the pods that leased from it have lost their devices as well.
  const auto nic =
      required(Code::limited_connectivity, [&] { return attachment::require_nic(machine, devices.front()); });
  if (call.conf.steering.flows.empty()) return;
  required(Code::plugin_not_available, [&] { attachment::require_steering(machine, nic, devices.size()); });
}

}  // namespace

void cmd_status(const Call& call) {
  required(Code::plugin_not_available,
           [&] { return attachment::require_queue_create(call.machine().host()); });
  require_source_of_queues(call);
  require_nic_of_devices(call);
  check_ipam(call.conf);
  if (const auto ipam = ipam_of(call)) ipam->status();
}

}  // namespace rxlease::cni
