// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "attachment/machine.h"
#include "kernel/ip.h"
#include "kernel/nic.h"

namespace rxlease::attachment {

// Has the NIC answer ARP requests and neighbour solicitations for the pod's addresses, so that the hosts of
// its network reach the pod without a route. Writes that into the record before. An address for which it
// answers already, and no record of ours says why, is not recorded: it stays when the pod goes. Holds the
// store's lock.
void add_proxies(const Site& site, const kernel::Nic& nic, const std::vector<kernel::IpAddress>& addresses,
                 Attachment& record);

// Ends that, except for an address that another pod has by now. Nothing is done to a NIC that has taken the
// place of the recorded one (`nic` is what is there now): it never answered. `host` holds the NIC. Takes the
// store's lock. Returns whether anything was there.
bool remove_proxies(kernel::Namespace& host, const std::optional<kernel::Nic>& nic, const Attachment& record,
                    const AttachmentStore& store);

// The same on the machine's NIC of the record's name.
void remove_proxies(const Site& site, const Attachment& record);

// The recorded addresses for which the NIC does not answer.
std::vector<kernel::IpAddress> missing_proxies(Machine& machine, const Attachment& record);

}  // namespace rxlease::attachment
