// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attachment/netkit.h"
#include "attachment/record/flow.h"
#include "kernel/device_id.h"
#include "kernel/ip.h"

namespace rxlease::cni {

// One attachment of the network, as GC's `cni.dev/valid-attachments` names it.
struct AttachmentKey {
  std::string container_id;
  std::string ifname;

  auto operator<=>(const AttachmentKey&) const = default;
};

// The netkit, and the pod's name of it.
struct NetkitConf : attachment::NetkitSpec {
  std::string interface = "rxq0";  // of a chained single
};

// Which queues.
struct QueuesConf {
  std::string resource = "rxlease.dev/rxq";
  bool optional = false;  // a pod without queues gets a plain pair instead of an error
  // From "devices", else "deviceID", else "runtimeConfig.deviceID"; all of one NIC. Without these the node
  // daemon is asked.
  std::vector<kernel::DeviceId> devices;
  std::optional<std::uint32_t> count;  // "queues": how many of the pod's to lease; nullopt: all that are left
  std::chrono::milliseconds lease_timeout{5000};  // how long a taken queue is waited for
};

// How packets find the pod: which flows are steered, and whether the NIC answers for its addresses.
struct SteeringConf {
  std::vector<attachment::Flow> flows;                     // of every pod
  std::optional<std::vector<attachment::Flow>> pod_flows;  // "args.cni.steering": of this pod
  bool pod_destinations = false;  // whether a pod may name other destinations than its addresses
  bool proxy_neighbors = false;   // whether the NIC answers ARP and NDP for the pod's addresses
};

// The network configuration that the runtime writes to standard input, read and checked.
struct NetConf {
  std::string cni_version;
  std::string name;
  std::string type;

  NetkitConf netkit;
  QueuesConf queues;
  SteeringConf steering;

  // "runtimeConfig.ips" and "args.cni.ips": which addresses the runtime or the pod asks the IPAM plugin for.
  std::vector<kernel::IpAddress> requested_addresses;
  std::optional<std::string> ipam_type;  // the plugin that ADD, DEL, CHECK, GC and STATUS delegate to
  std::chrono::milliseconds ipam_timeout{60000};  // how long one call of it may take
  nlohmann::json dns;                             // null unless the configuration has one
  std::optional<nlohmann::json> prev_result;
  std::optional<std::vector<AttachmentKey>> valid_attachments;  // GC only

  std::string state_directory = "/run/rxlease";
  std::string text;                   // the configuration's own bytes, which IPAM gets unchanged
  std::vector<std::string> warnings;  // what was passed over: keys of earlier releases
};

// Reads a configuration. Changes nothing. An unknown key without a "/", a wrong type, a value out of range or
// a combination that the kernel would refuse is an Error (codes 1, 2, 6, 7) that names the field, the value
// and the remedy.
NetConf parse_net_conf(std::string_view text);

// Error 7 for an IPAM plugin that no netkit can get addresses from: for ADD and STATUS.
void check_ipam(const NetConf& conf);

// Checks what holds for ADD only: DEL and CHECK of a list's first plugin carry a prevResult too, and DEL of a
// later one may lack it. Error 7 for "pair" behind another plugin, for an optional "single" without a plugin
// before it, and for "queues" of more than the one device that Multus hands over; and what check_ipam()
// refuses.
void check_for_add(const NetConf& conf);

}  // namespace rxlease::cni
