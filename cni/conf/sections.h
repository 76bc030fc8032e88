// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "cni/conf/json/json_text.h"
#include "cni/conf/json/object_reader.h"
#include "cni/conf/net_conf.h"

namespace rxlease::cni {

// The parts of parse_net_conf() that have a file of their own. Each refuses a wrong value with an Error.

// The text of a configuration, which is an object. Error 6.
nlohmann::json parse_conf(std::string_view text, RepeatedKeys repeated);

// What every verb needs, and DEL and GC need nothing else.
std::string read_version(ObjectReader& reader);  // one that we speak
std::string read_name(ObjectReader& reader);
std::string read_type(ObjectReader& reader);
std::optional<std::string> read_ipam(ObjectReader& reader, const std::string& own_type);  // its type
std::chrono::milliseconds read_ipam_timeout(ObjectReader& reader, std::chrono::milliseconds usual);
std::optional<std::vector<AttachmentKey>> read_valid_attachments(ObjectReader& reader);
std::string read_state_directory(ObjectReader& reader, const std::string& usual);
kernel::NetkitPairing read_pairing(ObjectReader& reader, kernel::NetkitPairing usual);
std::string read_interface(ObjectReader& reader, const std::string& usual);
std::chrono::milliseconds read_lease_timeout(ObjectReader& reader, std::chrono::milliseconds usual);

// In the following `runtime` is the runtimeConfig object: what the runtime adds to the file for the
// capabilities that the file declares.

// The netkit device: pairing, mode, policies, scrubs, head- and tailroom, mtu, mac, interface. Refuses
// combinations that the kernel refuses.
NetkitConf read_netkit(ObjectReader& reader, std::optional<ObjectReader>& runtime);

// Which queues, and how long a taken one is waited for: resource, optional, devices, deviceID, queues,
// leaseTimeoutMs.
QueuesConf read_queues(ObjectReader& reader, std::optional<ObjectReader>& runtime);

// How packets find the pod: steering, that of args.cni, podDestinations, proxyNeighbors. The pairing decides
// whether flows may name a destination.
SteeringConf read_steering(ObjectReader& reader, kernel::NetkitPairing pairing);

}  // namespace rxlease::cni
