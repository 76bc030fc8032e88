// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attachment/flow.h"
#include "kernel/device_id.h"
#include "kernel/mac.h"
#include "kernel/netkit.h"

namespace rxlease::cni {

// Names one attachment of the network, as `cni.dev/valid-attachments` lists them for GC.
struct AttachmentKey {
  std::string container_id;
  std::string ifname;

  auto operator<=>(const AttachmentKey&) const = default;
};

// The network configuration that the runtime writes to standard input, read and checked.
struct NetConf {
  std::string cni_version;
  std::string name;
  std::string type;

  kernel::NetkitPairing pairing = kernel::NetkitPairing::pair;
  kernel::NetkitMode mode = kernel::NetkitMode::l3;
  kernel::NetkitPolicy policy = kernel::NetkitPolicy::forward;
  kernel::NetkitPolicy peer_policy = kernel::NetkitPolicy::forward;
  kernel::NetkitScrub scrub = kernel::NetkitScrub::standard;
  kernel::NetkitScrub peer_scrub = kernel::NetkitScrub::standard;
  std::uint16_t headroom = 0;             // bytes
  std::uint16_t tailroom = 0;             // bytes
  std::uint32_t mtu = 0;                  // bytes; 0 leaves the kernel's default
  std::optional<kernel::MacAddress> mac;  // of the pod's end, L2 only
  std::string interface = "rxq0";         // the pod's name of a chained single netkit

  std::string resource = "rxlease.dev/rxq";
  bool optional = false;  // a pod without queues gets a plain pair instead of an error
  std::vector<kernel::DeviceId>
      devices;  // `devices`, else deviceID, else runtimeConfig.deviceID; all of one NIC
  std::string pod_resources_socket = "/var/lib/kubelet/pod-resources/kubelet.sock";  // asked without devices
  std::optional<std::uint32_t> queues;  // how many of the pod's to lease; nullopt: all that are left
  std::chrono::milliseconds lease_timeout{5000};  // how long a taken queue is waited for

  std::vector<Flow> steering;                     // of every pod
  std::optional<std::vector<Flow>> pod_steering;  // args.cni.steering: of this pod
  bool pod_destinations = false;  // whether that may be for other destinations than the pod's addresses

  std::optional<std::string> ipam_type;  // the plugin that ADD, DEL, CHECK, GC and STATUS delegate to
  nlohmann::json dns;                    // null unless the configuration has one
  std::optional<nlohmann::json> prev_result;
  std::optional<std::vector<AttachmentKey>> valid_attachments;  // GC only

  std::string state_directory = "/run/rxlease";
  std::string text;  // the configuration's own bytes, which IPAM gets unchanged
};

// Reads a configuration. Every unknown key of ours, wrong type, value out of range and combination that the
// kernel would refuse is an Error (codes 1, 2, 6, 7) that names the field, the value and the remedy. Touches
// nothing.
NetConf parse_net_conf(std::string_view text);

// What only an ADD can get wrong, because DEL and CHECK of a list's first plugin carry a prevResult too, and
// DEL of a later one may lack it: Error 7 for "pair" behind another plugin, and for an optional "single" that
// has none before it; and for "queues" of more than the one device that Multus hands over.
void check_for_add(const NetConf& conf);

}  // namespace rxlease::cni
