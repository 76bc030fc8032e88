// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "attachment/record/attachment.h"
#include "attachment/record/attachment_store.h"
#include "kernel/ethtool/flow_rule.h"
#include "kernel/netlink/netns.h"
#include "kernel/nic.h"

namespace rxlease::attachment {

// Whether a flow rule that the record knows the place of is not among the NIC's rules, by location.
bool lacks_rules(const Attachment& record, const std::map<std::uint32_t, kernel::FlowRule>& rules);

// Makes the record's flow rules, and its RSS context, again where they are gone: the reset of a NIC takes
// them, and the pod's streams are copied from then on. Writes their new places into the record. Nothing is
// done for a record that is not in the store any more, or whose steering was removed: DEL works on it. Takes
// the store's lock. Returns how many rules were made. KernelError: the NIC refuses one; the next call goes on
// with it.
std::size_t put_back_rules(kernel::Namespace& host, const kernel::Nic& nic, const Attachment& record,
                           const AttachmentStore& store);

}  // namespace rxlease::attachment
