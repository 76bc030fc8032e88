// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attachment/record/blueprint.h"
#include "attachment/record/proxies.h"
#include "attachment/record/steering.h"
#include "kernel/device_id.h"
#include "kernel/netlink/netkit.h"

namespace rxlease::attachment {

// A hardware queue of an attachment, and the queue of the pod's interface that leases it.
struct AttachedDevice {
  kernel::DeviceId id;
  std::optional<std::uint32_t> queue{};  // absent until it is leased
  // The device that kubelet allocated, where that one is gone and this one stands in for it.
  std::optional<kernel::DeviceId> allocated{};

  // In whose folder the container finds lease.json.
  const kernel::DeviceId& in_container() const { return allocated ? *allocated : id; }
};

constexpr std::size_t longest_trouble = 4096;

// What was done for one pod interface: everything that undoing it needs. It is written before the first side
// effect and brought up to date after each. The plugin writes it; the daemon reads it.
struct Attachment {
  std::string boot_id;             // of the boot that it is of; empty: not known
  std::string network;             // "name" of the network configuration
  std::string container_id;        // of the pod's sandbox
  std::string ifname;              // the pod's interface, as the runtime names it
  std::string interface;           // the netkit's name in the pod: ifname, but for a chained single
  std::string netns;               // path of the pod's network namespace
  std::uint64_t netns_cookie = 0;  // distinguishes that namespace from a later one at the same path
  std::string pod_namespace, pod_name, pod_uid;  // empty when the runtime did not tell

  kernel::NetkitPairing pairing = kernel::NetkitPairing::pair;
  std::string host_interface;           // a pair's primary; empty for a single
  std::uint32_t host_ifindex = 0;       // 0 until made
  std::uint32_t interface_ifindex = 0;  // in the pod; 0 until made
  std::vector<AttachedDevice> devices;
  std::string ipam;                  // the plugin that holds addresses for it; empty: none
  std::string ipam_conf;             // the configuration that this plugin was given: JSON; empty: not known
  std::optional<Steering> steering;  // absent: nothing of it was begun
  std::optional<Proxies> proxies;    // likewise
  std::optional<std::chrono::microseconds> add_duration;  // how long its ADD took; absent until it has ended
  std::optional<Blueprint> blueprint;  // absent until its ADD has ended, and in records of older versions
  std::uint32_t generation = 1;  // how often it was made: 1 by its ADD, one more each time it was healed
  bool unfinished = false;       // somebody heals it now, or was killed before it was done
  bool lent = false;             // the daemon made it while the pod ran: no ADD did, and no DEL will name it
  bool ending = false;           // its DEL has begun: nobody heals it any more
  std::string trouble;           // why it cannot be healed, for people; empty: it is whole, or may be yet

  // As much of the text as a record may have.
  void set_trouble(std::string text);

  // Whether what it holds of the kernel can still be there: a reboot ends it all, and ifindexes and cookies
  // mean something else then.
  bool is_of_this_boot() const;

  // "shop/web-0 (container 4f1e…, interface eth0)", for messages; without a pod the container alone.
  std::string describe_owner() const;

  // "shop/web-0"; without a pod "container 4f1e…".
  std::string describe_pod() const;
};

// The JSON of a record, and back. Reading passes over members it does not know and returns nullopt for what
// is no record: not JSON, a member of the wrong type, network, container or interface missing, or a name,
// path or id that ADD would not have written. So no record names a file or a link that cannot be its own.
std::string to_json_text(const Attachment& attachment);
std::optional<Attachment> attachment_from_json_text(std::string_view text);

}  // namespace rxlease::attachment
