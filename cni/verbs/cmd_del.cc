// SPDX-License-Identifier: Apache-2.0
#include "cni/verbs/attachments.h"
#include "cni/verbs/call.h"
#include "cni/verbs/find_record.h"
#include "cni/verbs/release.h"

namespace rxlease::cni {

namespace {

// An attachment whose record is there, and cannot be read.
std::optional<attachment::LostAttachment> find_unreadable(const ReleaseCall& call) {
  const auto& environment = call.environment;
  for (const auto& interface : possible_interfaces(call)) {
    const auto path = call.site().store().find_unreadable(environment.container_id, interface);
    if (!path) continue;
    call.machine().warn(*path + " cannot be read: DEL undoes what it finds without this record");
    return attachment::LostAttachment{environment.container_id, interface, environment.netns};
  }
  return std::nullopt;
}

// What a single is called does not tell whose it is. But no two of a pod have one name, and the configuration
// is for one.
bool has_netkit(const ReleaseCall& call, const attachment::LostAttachment& lost) {
  if (attachment::has_host_end(call.machine(), lost)) return true;
  return call.conf.pairing == kernel::NetkitPairing::single && attachment::has_single(call.site(), lost);
}

// One whose record is gone, or in another state directory.
std::optional<attachment::LostAttachment> find_unrecorded(const ReleaseCall& call) {
  const auto& environment = call.environment;
  for (const auto& interface : possible_interfaces(call)) {
    const attachment::LostAttachment lost{environment.container_id, interface, environment.netns};
    const bool recorded =
        call.site().store().find(lost.container_id, interface).has_value();  // another plugin's
    if (recorded || !has_netkit(call, lost)) continue;
    call.machine().warn("container " + lost.container_id + ", interface " + interface +
                        ": there is a netkit, but no record in " + call.conf.state_directory +
                        "; DEL deletes it");
    return lost;
  }
  return std::nullopt;
}

}  // namespace

void cmd_del(const ReleaseCall& call) {
  if (auto record = find_record(call)) return release(call, std::move(*record));
  if (const auto lost = find_unreadable(call)) return release_lost(call, *lost);
  if (auto record = find_record_of_edited_file(call)) return release(call, std::move(*record));
  if (const auto lost = find_unrecorded(call)) return release_lost(call, *lost);
  release_addresses_only(call);
}

}  // namespace rxlease::cni
