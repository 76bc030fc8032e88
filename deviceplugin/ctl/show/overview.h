// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "deviceplugin/config/config.h"
#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::ctl {

struct NicRow {
  kernel::NicDetails details;
  std::string link;                // "up", "no carrier", "down"
  std::string cannot_lease;        // the reason; empty: it can
  std::vector<std::string> pools;  // those with queues of it
  std::size_t leased = 0;          // queues, foreign leases included
  std::size_t foreign = 0;         // those of them that no record explains
};

struct PoolRow {
  std::string name, resource;
  config::PoolUse use = config::PoolUse::memory_provider;
  std::vector<std::string> nics = {};  // with queues of it, unplugged ones too
  std::size_t queues = 0, free = 0, leased = 0, healthy = 0, unhealthy = 0;
  std::map<std::string, std::size_t> unhealthy_reasons = {};  // each with its number of queues
  std::vector<std::string> problems = {};                     // of the pool as a whole
};

// The owner of a queue by rxlease's records.
struct Owner {
  std::string pod_namespace, pod_name, pod_uid;  // empty if the runtime did not name the pod
  std::string container_id, interface;
  std::string netns;  // path

  std::string pod() const { return pod_name.empty() ? "" : pod_namespace + "/" + pod_name; }
};

struct QueueRow {
  pools::DeviceState state;
  std::string pool;  // empty: none
  std::optional<Owner> owner;
  std::optional<Owner> taker;                         // of a foreign lease, as in LeaseRow
  std::optional<std::uint64_t> rx_packets, rx_bytes;  // since the NIC was made; absent: not counted
};

// `leased`: by the kernel and a record. `foreign`: no record explains it. `recorded`: by a record only: the
// kernel lists no queues while the NIC is down, and an ADD or DEL may be in progress.
enum class LeaseState { leased, foreign, recorded };
std::string to_string(LeaseState state);

struct LeaseRow {
  std::string device;
  std::string pool;
  LeaseState state = LeaseState::recorded;
  std::optional<Owner> owner;            // absent: foreign
  std::optional<Owner> taker;            // of a foreign one: in whose network namespace it is, by the records
  std::string network, pairing;          // of the owner's attachment
  std::vector<std::string> flows;        // those steered to its queues: "tcp4 dst-ip … dst-port …"
  std::optional<std::uint32_t> queue;    // its number on the interface that leases it
  std::optional<std::uint32_t> ifindex;  // of that interface in its namespace
  std::optional<std::int32_t> netns_id;  // of that namespace, seen from the host; absent: the host's
  bool lent = false;                     // the daemon gave it to the pod while that ran
  std::string trouble;                   // why the daemon does not heal it; empty: nothing is known
};

struct PodRow {
  Owner owner;  // interface: see interfaces
  std::vector<std::string> interfaces;
  std::vector<std::string> devices;
};

// Everything that `show` prints.
struct Overview {
  bool kernel_leases = true;  // the kernel has queue-create
  bool configured = false;    // there are pools
  std::vector<NicRow> nics;
  std::vector<PoolRow> pools;
  std::vector<QueueRow> queues;
  std::vector<LeaseRow> leases;
  std::vector<PodRow> pods;
  std::vector<std::string> unreadable_records;  // paths
};

// The NICs that can lease or have queues in a pool (all NICs if there are none such); the queues of pools and
// those in use (every queue if there are no pools).
Overview overview_of(const pools::Snapshot& snapshot, bool kernel_leases = true);

}  // namespace rxlease::deviceplugin::ctl
