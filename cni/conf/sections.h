// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "cni/conf/net_conf.h"
#include "cni/conf/object_reader.h"

namespace rxlease::cni {

// The parts of parse_net_conf() that have a file of their own. `runtime` is the runtimeConfig object: what
// the runtime adds to the file for the capabilities that the file declares.

// The netkit device: pairing, mode, policies, scrubs, head- and tailroom, mtu, mac, interface. Refuses
// combinations that the kernel refuses.
NetkitConf read_netkit(ObjectReader& reader, std::optional<ObjectReader>& runtime);

// Which queues, and how long a taken one is waited for: resource, optional, devices, deviceID, queues,
// leaseTimeoutMs.
QueuesConf read_queues(ObjectReader& reader, std::optional<ObjectReader>& runtime);

// Which flows are steered: steering, that of args.cni, and podDestinations. The pairing decides whether flows
// may name a destination.
SteeringConf read_steering(ObjectReader& reader, kernel::NetkitPairing pairing);

}  // namespace rxlease::cni
