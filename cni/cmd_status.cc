// SPDX-License-Identifier: Apache-2.0
#include "cni/attachments.h"
#include "cni/conf/error.h"
#include "attachment/leasing.h"
#include "cni/plugin.h"
#include "attachment/steer.h"
#include "text/display.h"

namespace rxlease::cni {

namespace {

// A pod's ADD would have nobody to learn its queues from.
void require_source_of_queues(const Call& call) {
  const auto& conf = call.conf;
  if (!conf.devices.empty() || conf.optional || call.system.is_socket(conf.pod_resources_socket)) return;
  throw Error(Code::plugin_not_available,
              "there are no \"devices\", and no socket " + text::display(conf.pod_resources_socket) +
                  " (\"podResourcesSocket\") to ask kubelet for a pod's",
              "start kubelet, set \"podResourcesSocket\" to the socket of its PodResources API, or name "
              "queues in \"devices\"");
}

// Of the queues that kubelet has yet to give out nobody knows the NIC.
void require_nic_of_devices(const Call& call) {
  const auto& conf = call.conf;
  if (conf.devices.empty()) return;
  std::optional<kernel::Nic> nic;
  try {
    nic = require_nic(call.system, conf.devices);
  } catch (const Error& error) {  // the pods that leased from it have lost their devices with it
    throw Error(Code::limited_connectivity, error.what(), error.details());
  }
  if (conf.steering.empty()) return;
  try {
    require_steering(call.system, *nic, conf.devices.size());
  } catch (const Error& error) {
    throw Error(Code::plugin_not_available, error.what(), error.details());
  }
}

}  // namespace

void cmd_status(const Call& call) {
  try {
    require_queue_create(call.system.host());
  } catch (const Error& error) {
    throw Error(Code::plugin_not_available, error.what(), error.details());
  }
  require_source_of_queues(call);
  require_nic_of_devices(call);
  if (const auto ipam = ipam_of(call)) ipam->status();
}

}  // namespace rxlease::cni
