// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "attachment/record/attachment.h"
#include "deviceplugin/nic/nic_state.h"
#include "deviceplugin/pools/lease_origin.h"
#include "kernel/netlink/netns.h"

namespace rxlease::deviceplugin::pools {

// Finds the namespaces of attachments in the kernel: by the path of the record, as long as the namespace
// there has the recorded cookie, or else by a pair's other end in the host. A process may keep a pod's
// namespace after its path has gone: then the id that was found before counts, from scan to scan, for as long
// as the NIC shows the same lease. In between, a lease that ends and one that begins cannot be told apart. A
// namespace whose id was never found counts as hidden until a scan finds its attachments without a lease.
class PodNamespaces {
 public:
  // `host`: the namespace that holds the NICs; must outlive the object.
  explicit PodNamespaces(kernel::Namespace& host) : host_(host) {}

  // Adds those namespaces of the attachments that are not in `known` yet. Needs CAP_SYS_ADMIN: what
  // cannot be entered is hidden. KernelError: the host's links cannot be read.
  void find(const std::vector<attachment::Attachment>& attachments, NamespaceIds& known) const;

  // Remembers, for the next calls of find(), the namespaces that the NICs' leases confirm.
  void remember(const std::vector<attachment::Attachment>& attachments,
                const std::vector<nic::NicState>& nics, const NamespaceIds& known);

 private:
  kernel::Namespace& host_;
  std::map<std::uint64_t, std::int32_t> remembered_;  // by cookie
  std::set<std::uint64_t> ended_;                     // cookies: seen without a path and without a lease
};

}  // namespace rxlease::deviceplugin::pools
