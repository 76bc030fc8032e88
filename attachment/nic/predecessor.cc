// SPDX-License-Identifier: Apache-2.0
#include "attachment/nic/predecessor.h"

#include <algorithm>

#include "attachment/nic/unsteer.h"

namespace rxlease::attachment {

namespace {

bool has_namespace(Machine& machine, const Attachment& record) {
  const auto pod = machine.open_netns(record.netns);
  return pod && pod->cookie() == record.netns_cookie;
}

}  // namespace

bool is_predecessor(const Attachment& other, const Attachment& record) {
  const bool same_pod = !record.pod_name.empty() && other.pod_name == record.pod_name &&
                        other.pod_namespace == record.pod_namespace && other.pod_uid == record.pod_uid;
  return same_pod && other.network == record.network && other.ifname == record.ifname &&
         other.container_id != record.container_id;
}

bool is_of_predecessor(const AttachmentStore& store, const Attachment& record, std::uint32_t ifindex) {
  return std::ranges::any_of(store.list().attachments, [&](const Attachment& other) {
    return other.host_ifindex == ifindex && is_predecessor(other, record);
  });
}

void unsteer_predecessors(const Site& site, const Attachment& record) {
  for (const auto& other : site.store().list().attachments) {
    if (other.steering && is_predecessor(other, record) && !has_namespace(site.machine, other)) {
      unsteer(site, other);
    }
  }
}

}  // namespace rxlease::attachment
