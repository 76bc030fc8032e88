// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "cni/conf/net_conf.h"
#include "cni/conf/object_reader.h"

namespace rxlease::cni {

// The parts of parse_net_conf() that have a file of their own. `runtime` is the runtimeConfig object, what
// the runtime adds to the file for the capabilities that it declares.

// The netkit device: pairing, mode, policies, scrubs, head- and tailroom, mtu, mac, interface, and which of
// them the kernel takes together.
void read_netkit(ObjectReader& reader, std::optional<ObjectReader>& runtime, NetConf& conf);

// Which queues, and how long a taken one is waited for: resource, optional, devices, deviceID, queues,
// podResourcesSocket, leaseTimeoutMs.
void read_queues(ObjectReader& reader, std::optional<ObjectReader>& runtime, NetConf& conf);

// Which flows are steered: steering, that of args.cni, and podDestinations.
void read_steering(ObjectReader& reader, NetConf& conf);

}  // namespace rxlease::cni
