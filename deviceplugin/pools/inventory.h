// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "attachment/record/attachment_store.h"
#include "deviceplugin/config/config.h"
#include "deviceplugin/nic/nic_scanner.h"
#include "deviceplugin/pools/device_state.h"
#include "deviceplugin/pools/pod_namespaces.h"
#include "deviceplugin/pools/selection.h"
#include "deviceplugin/pools/verdicts.h"

namespace rxlease::deviceplugin::pools {

// The result of one scan: what the metrics and rxleasectl show. The pools' queues are neither healthy nor
// unhealthy until verdicts are applied: those of the scan, together with those of others.
struct Snapshot {
  std::vector<PoolState> pools;
  std::vector<nic::NicState> nics;  // those that a pool selects or has queues of; to show: all
  std::vector<attachment::Attachment> attachments;
  std::vector<std::string> unreadable_records;             // paths
  std::vector<attachment::Attachment> of_earlier_boots{};  // a reboot has ended what they describe
  Verdicts verdicts{};                                     // what the scan found wrong
  NamespaceIds namespaces{};                               // where the netkits of leases are
  std::vector<DeviceState> host_queues{};  // those that no pool has, of the NICs that a pool selects; judged
};

// `serve`: the daemon scans the NICs that pools select. `show`: a person scans all NICs, and leaves no trace:
// no lease, no file.
enum class Purpose { serve, show };

// Asks kubelet for the ids of all devices that it has allocated. nullopt: it does not tell.
using AllocatedDevices = std::function<std::optional<std::set<std::string>>()>;

// Scans the kernel, the records and the configuration's choices, and puts the results together.
class Inventory {
 public:
  // `host`: the namespace that holds the NICs; `sysfs`: its mount point.
  Inventory(kernel::Namespace& host, const std::string& sysfs, const std::string& state_directory,
            Purpose purpose = Purpose::serve)
      : host_(host),
        purpose_(purpose),
        scanner_(host, sysfs, purpose == Purpose::serve ? nic::Probing::lease : nic::Probing::ask),
        store_(state_directory),
        namespaces_(host),
        selection_(state_directory,
                   purpose == Purpose::serve ? Selection::Memory::kept : Selection::Memory::read_only) {}

  // Leases of the daemon's own, by which nobody has the queue.
  void recognize(nic::IsParked is_parked) { scanner_.recognize(std::move(is_parked)); }

  // `allocated`: called, once at most, if a queue could leave its pool; empty: only records count.
  Snapshot scan(const config::Config& config, const AllocatedDevices& allocated = {});

 private:
  bool is_wanted(const config::Config& config, const kernel::NicDetails& nic) const;
  void hint_at_masters(const config::Config& config, Snapshot& snapshot);

  kernel::Namespace& host_;
  Purpose purpose_;
  nic::NicScanner scanner_;
  attachment::AttachmentStore store_;
  PodNamespaces namespaces_;
  Selection selection_;
};

}  // namespace rxlease::deviceplugin::pools
