// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attachment/site/machine.h"
#include "kernel/ip.h"
#include "kernel/nic.h"

namespace rxlease::attachment {

// Looks, before anything is done, whether the NIC can answer ARP requests and neighbour solicitations for the
// pod's addresses. Error (invalid) if there are none; if the NIC is a port of a bridge or bond, which answers
// in its place; or if a gateway, which will be an address of the host's, lies in the NIC's network and is not
// the host's already: the host would answer for another machine, perhaps the network's router. Warns of an
// address outside the NIC's networks, which no neighbour asks for.
void require_proxies(Machine& machine, const kernel::Nic& nic,
                     const std::vector<kernel::IpAddress>& addresses,
                     const std::vector<kernel::IpAddress>& gateways);

// Has the NIC answer for the pod's addresses, so that the hosts of its network reach the pod without a route.
// Writes that into the record before. An address for which it answers already, and no record of ours says
// why, is not recorded: it stays when the pod goes. Linux answers only on a link that forwards: Error
// (invalid) if somebody has switched that off for the NIC. For IPv6 the NIC's sysctl proxy_ndp becomes 1, and
// stays: it does nothing without entries. Holds the store's lock.
void add_proxies(const Site& site, const kernel::Nic& nic, const std::vector<kernel::IpAddress>& addresses,
                 Attachment& record);

// Ends that, except for an address that another pod has by now. Nothing is done to a NIC that has taken the
// place of the recorded one (`nic` is what is there now): it never answered. `host` holds the NIC. Takes the
// store's lock. Returns whether anything was there.
bool remove_proxies(kernel::Namespace& host, const std::optional<kernel::Nic>& nic, const Attachment& record,
                    const AttachmentStore& store);

// The same on the machine's NIC of the record's name.
void remove_proxies(const Site& site, const Attachment& record);

// Why the NIC does not answer for the recorded addresses, a sentence each: an entry is gone, or a sysctl has
// been changed. Empty when it answers.
std::vector<std::string> find_unanswered(Machine& machine, const Attachment& record);

}  // namespace rxlease::attachment
