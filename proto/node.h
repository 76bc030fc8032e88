// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/device_id.h"

// What the CNI plugin and rxleasectl ask the node daemon. All sides use this file. A question and its answer
// are one JSON message each, over a SEQPACKET socket that only root can open:
//
//   {"version": 1, "question": "queues", "podNamespace": "shop", "podName": "web-0", "podUid": "9b1d",
//    "containerId": "c1", "network": "fast", "resource": "rxlease.dev/rxq", "queues": 2}
//
//   {"version": 1, "devices": ["0000:0a:00.0-rx6", "0000:0a:00.0-rx7"]}
//   {"version": 1, "error": {"kind": "tryAgainLater", "message": "…", "remedy": "…"}}
//
// The daemon's guard holds leases on free queues. So the plugin says which it is about to lease (take), and a
// person which NIC's queues are to be free for a while (release); the answer to both are the devices that
// were held. rxleasectl asks by which namespace, as the host's one knows it, the leases are the guard's:
//
//   {"version": 1, "question": "take", "containerId": "c1", "devices": ["0000:0a:00.0-rx6"]}
//   {"version": 1, "question": "release", "nic": "0000:0a:00.0", "seconds": 60}
//   {"version": 1, "question": "guard"}
//   {"version": 1, "guard": {"netnsId": 7}}
//
// rxleasectl, or a controller on the node, lends further queues to a pod that runs, and takes them back:
//
//   {"version": 1, "question": "addLease", "podNamespace": "shop", "podName": "web-0", "pool": "rxq",
//    "queues": 1, "interface": "rxq1", "steering": ["tcp/5201"]}
//   {"version": 1, "question": "removeLease", "podNamespace": "shop", "podName": "web-0",
//    "interface": "rxq1"}
//   {"version": 1, "lease": {"interface": "rxq1", "queues": [{"device": "0000:0a:00.0-rx6", "queue": 1}]}}
//
// Members that a side does not know it ignores, so that a new one needs no new version. An upgrade replaces
// plugin and daemon at different moments: a version that the other side does not speak is an error that names
// both.
namespace rxlease::proto {

constexpr int node_version = 1;
constexpr std::size_t largest_node_message = std::size_t{64} * 1024;  // bytes; 1023 queues take half of it

// The path of the daemon's socket: "/run/rxlease/node.sock".
std::string node_socket(const std::string& state_directory);

// Which queues are this pod's?
struct QueuesQuestion {
  std::string pod_namespace;
  std::string pod_name;
  std::string pod_uid;                // may be empty
  std::string container_id;           // of the sandbox
  std::string network;                // the configuration's "name"
  std::string resource;               // "rxlease.dev/rxq"
  std::optional<std::size_t> queues;  // how many the attachment will take; nullopt: all

  std::string describe_pod() const { return "pod " + pod_namespace + "/" + pod_name; }
};

// An ADD is about to lease these devices: the guard lets go of them. The answer does not wait for the end of
// its leases.
struct TakeQuestion {
  std::string container_id;  // of the sandbox
  std::vector<kernel::DeviceId> devices;
};

constexpr std::uint32_t longest_release = 3600;  // seconds

// The guard lets go of all queues of a NIC, and does not take them again for a while; 0 seconds end that
// while. The answer comes when the leases have ended.
struct ReleaseQuestion {
  std::string nic;            // its name in device ids
  std::uint32_t seconds = 0;  // at most longest_release
};

// Which leases are the guard's?
struct GuardQuestion {};

constexpr std::size_t most_lent_queues = 1023;  // NETKIT_NUM_RX_QUEUES_MAX - 1, Linux 7.1
constexpr std::size_t most_lent_flows = 256;

// A pod that runs is to have further queues of a pool, by a single netkit of its own.
struct AddLeaseQuestion {
  std::string pod_namespace;
  std::string pod_name;
  std::string pool;                   // empty: the only one for memory providers
  std::size_t queues = 1;             // at most most_lent_queues
  std::string interface;              // in the pod; empty: rxq1, or the next that is free
  std::vector<std::string> steering;  // flows to these queues, "tcp/5201"; at most most_lent_flows
};

// What AddLeaseQuestion made is to be undone.
struct RemoveLeaseQuestion {
  std::string pod_namespace;
  std::string pod_name;
  std::string interface;
};

using Question = std::variant<QueuesQuestion, TakeQuestion, ReleaseQuestion, GuardQuestion, AddLeaseQuestion,
                              RemoveLeaseQuestion>;

// To both: the interface, and which queue of it leases which device.
struct LeaseAnswer {
  struct Lease {
    kernel::DeviceId device;
    std::uint32_t queue = 0;
  };
  std::string interface;
  std::vector<Lease> leases;
};

// To a GuardQuestion: the id that the host's network namespace has for the one with the guard's leases.
// Absent: it holds none.
struct GuardAnswer {
  std::optional<std::int32_t> netns_id;
};

// All queues of the resource that the pod was given, also those that other attachments of it lease; in
// ascending order, each once. Empty: it was given none. To take and release: the devices that the guard held.
struct QueuesAnswer {
  std::vector<kernel::DeviceId> devices;
};

// Why there is no answer. `message` says what is wrong, `remedy` what to do.
class NodeError : public std::runtime_error {
 public:
  enum class Kind {
    unsupported_version,  // the other side speaks another version
    malformed,            // the message is not what this page says
    foreign_resource,     // another device plugin serves the resource
    try_again_later,      // kubelet does not tell which queues the pod has, or the daemon is busy
    refused,              // what was asked for cannot be done as asked
  };

  NodeError(Kind kind, const std::string& message, std::string remedy)
      : std::runtime_error(message), kind_(kind), remedy_(std::move(remedy)) {}

  Kind kind() const { return kind_; }
  const std::string& remedy() const { return remedy_; }

 private:
  Kind kind_;
  std::string remedy_;
};

std::string to_message(const QueuesQuestion& question);
std::string to_message(const TakeQuestion& question);
std::string to_message(const ReleaseQuestion& question);
std::string to_message(const GuardQuestion& question);
std::string to_message(const AddLeaseQuestion& question);
std::string to_message(const RemoveLeaseQuestion& question);
std::string to_message(const QueuesAnswer& answer);
std::string to_message(const GuardAnswer& answer);
std::string to_message(const LeaseAnswer& answer);
std::string to_message(const NodeError& error);

// NodeError unsupported_version or malformed.
Question parse_question(std::string_view message);

// NodeError: the one that the message holds, or unsupported_version, or malformed.
QueuesAnswer parse_answer(std::string_view message);
GuardAnswer parse_guard_answer(std::string_view message);
LeaseAnswer parse_lease_answer(std::string_view message);

}  // namespace rxlease::proto
