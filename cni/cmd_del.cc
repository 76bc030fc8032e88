// SPDX-License-Identifier: Apache-2.0
#include "cni/attachments.h"
#include "cni/call.h"
#include "cni/release.h"

namespace rxlease::cni {

void cmd_del(const Call& call) {
  if (const auto record = find_attachment(call)) {
    release(call, *record);
    return;
  }
  // Without a record there is nothing of ours in the kernel, but an IPAM plugin keeps records of its own.
  const auto& environment = call.environment;
  if (const auto ipam = ipam_of(call)) {
    ipam->del({environment.container_id, environment.netns, interface_of(call)});
  }
}

}  // namespace rxlease::cni
