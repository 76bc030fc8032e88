// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/pools/lease_origin.h"

#include <algorithm>

namespace rxlease::deviceplugin::pools {

namespace {

bool is_in_namespace_of(const attachment::Attachment& attachment, const kernel::Lease& lease,
                        const NamespaceIds& namespaces) {
  const auto found = namespaces.of_pods.find(attachment.netns_cookie);
  return found != namespaces.of_pods.end() && lease.netns_id == found->second;
}

}  // namespace

// The plugin records the netkit's ifindex before it leases. It never leases from the host's own namespace.
bool explains(const attachment::Attachment& attachment, const kernel::DeviceId& id,
              const kernel::Lease& lease, const NamespaceIds& namespaces) {
  const bool is_same_netkit =
      lease.netns_id && attachment.interface_ifindex == lease.ifindex &&
      std::ranges::any_of(attachment.devices, [&](const auto& device) { return device.id == id; });
  return is_same_netkit && (is_in_namespace_of(attachment, lease, namespaces) || is_ending(lease) ||
                            namespaces.hidden.contains(attachment.netns_cookie));
}

const attachment::Attachment* explanation(const kernel::DeviceId& id, const kernel::Lease& lease,
                                          const std::vector<attachment::Attachment>& attachments,
                                          const NamespaceIds& namespaces) {
  const auto found = std::ranges::find_if(
      attachments, [&](const auto& attachment) { return explains(attachment, id, lease, namespaces); });
  return found == attachments.end() ? nullptr : &*found;
}

const attachment::Attachment* neighbour(const kernel::Lease& lease,
                                        const std::vector<attachment::Attachment>& attachments,
                                        const NamespaceIds& namespaces) {
  const auto found = std::ranges::find_if(
      attachments, [&](const auto& attachment) { return is_in_namespace_of(attachment, lease, namespaces); });
  return found == attachments.end() ? nullptr : &*found;
}

// The kernel has taken its id away already: netdev_nl_queue_fill_lease() gives NETNSA_NSID_NOT_ASSIGNED, -1.
bool is_ending(const kernel::Lease& lease) {
  return lease.netns_id && *lease.netns_id < 0;
}

std::string describe_place(const kernel::Lease& lease) {
  if (!lease.netns_id) return "the host's network namespace";
  if (is_ending(lease)) return "a network namespace that ends";
  return "the network namespace with id " + std::to_string(*lease.netns_id);
}

}  // namespace rxlease::deviceplugin::pools
