// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "attachment/addressing/addressing.h"
#include "attachment/record/attachment.h"
#include "cni/system/ipam.h"
#include "cni/verbs/call.h"

namespace rxlease::cni {

// The pod's name of the netkit: CNI_IFNAME, but for a single that is chained behind another plugin.
std::string interface_of(const Call& call);

// CHECK's record: same network, container, CNI_IFNAME and pairing.
std::optional<attachment::Attachment> find_attachment(const Call& call);

// The configuration's IPAM plugin; nullopt when there is none.
std::optional<Ipam> ipam_of(const Call& call);
std::optional<Ipam> ipam_of(const ReleaseCall& call);
IpamSubject ipam_subject(const attachment::Attachment& record);

// What the netkit must have for the result's addresses and routes. attachment::Error for a single with
// routes.
attachment::Addressing addressing_of(const Result& result, kernel::NetkitPairing pairing);

}  // namespace rxlease::cni
