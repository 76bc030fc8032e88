// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attachment/leasing.h"
#include "attachment/site/machine.h"

namespace rxlease::attachment {

// How an attachment is to be made again.
struct HealSpec {
  kernel::Nic nic;  // that of all the devices
  std::vector<AttachedDevice>
      devices;  // as many as the record has, each with the device that kubelet allocated
  LeaseTimeout timeout;
};

// Makes the attachment again after its netkit has gone, with its NIC or by somebody's hand: by the record's
// blueprint, under the same names, addresses and MAC addresses, with leases of the specification's devices,
// and with its flow rules. lease.json comes last, with a new generation. Returns the record as it is then.
// `pod` is the record's namespace. Does nothing, and returns nullopt, when the record in the store is not
// this one any more: it was removed, its DEL has begun, or somebody else has healed it. Errors are those of
// the acts; then all that was made is undone, and the record stays.
std::optional<Attachment> heal(const Site& site, kernel::Namespace& pod, const Attachment& record,
                               const HealSpec& spec);

// Writes into the record why the attachment cannot be healed; empty: it may be. Nothing happens when the
// record was removed or its DEL has begun.
void note_trouble(const AttachmentStore& store, const Attachment& record, const std::string& trouble);

}  // namespace rxlease::attachment
