// SPDX-License-Identifier: Apache-2.0
#include "cni/attachments.h"
#include "cni/call.h"
#include "cni/find_record.h"
#include "cni/release.h"

namespace rxlease::cni {

void cmd_del(const ReleaseCall& call) {
  if (auto record = find_record(call)) {
    release(call, std::move(*record));
    return;
  }
  // Without a record there is nothing of ours in the kernel, but an IPAM plugin keeps records of its own.
  const auto& environment = call.environment;
  if (const auto ipam = ipam_of(call)) {
    ipam->del({environment.container_id, environment.netns, possible_interfaces(call).back()});
  }
}

}  // namespace rxlease::cni
