// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "attachment/attachment_store.h"
#include "cni/ipam.h"
#include "cni/plugin.h"

namespace rxlease::cni {

// The pod's name of the netkit: CNI_IFNAME, but for a single that is chained behind another plugin.
std::string interface_of(const Call& call);

// The record of the call's attachment: same network, container, CNI_IFNAME and pairing. A DEL may lack the
// prevResult that tells whether a single was chained, so both names are tried.
std::optional<attachment::Attachment> find_attachment(const Call& call);

// The configuration's IPAM plugin; nullopt when there is none.
std::optional<Ipam> ipam_of(const Call& call);
IpamSubject ipam_subject(const attachment::Attachment& attachment);

// Deletes the netkit that the record holds, and with it leases, addresses and routes. Nothing but that one:
// by ifindex once that is known, by name before, and in the pod only while its namespace is the recorded one.
// Where an AF_XDP socket has a queue of a single, waits for its end, but no longer than leaseTimeoutMs.
void delete_netkit(const Call& call, const attachment::Attachment& attachment);

// Undoes everything that the record holds; the record itself goes last.
void release(const Call& call, const attachment::Attachment& attachment);

}  // namespace rxlease::cni
