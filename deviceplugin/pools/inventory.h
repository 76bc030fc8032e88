// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "attachment/attachment_store.h"
#include "deviceplugin/config/config.h"
#include "deviceplugin/nic/nic_scanner.h"
#include "deviceplugin/pools/device_state.h"
#include "deviceplugin/pools/selection.h"
#include "deviceplugin/pools/verdicts.h"

namespace rxlease::deviceplugin::pools {

// One look at everything: what the metrics and rxleasectl show. Its pools are what they are; how their queues
// fare they know only once the verdicts are applied to them, with those of whoever else found something.
struct Snapshot {
  std::vector<PoolState> pools;
  std::vector<nic::NicState> nics;  // those that a pool selects; to show: all
  std::vector<attachment::Attachment> attachments;
  std::vector<std::string> unreadable_records;  // paths
  Verdicts verdicts{};                          // what this look found wrong
};

// The daemon's look at NICs that pools select, or a person's at all of them, which must leave no trace: no
// lease, no file.
enum class Purpose { serve, show };

// Puts together what the kernel, the records and the configuration say.
class Inventory {
 public:
  // `host`: the namespace that holds the NICs; `sysfs`: its mount point.
  Inventory(kernel::Namespace& host, const std::string& sysfs, const std::string& state_directory,
            Purpose purpose = Purpose::serve)
      : purpose_(purpose),
        scanner_(host, sysfs, purpose == Purpose::serve ? nic::Probing::lease : nic::Probing::ask),
        store_(state_directory),
        selection_(state_directory,
                   purpose == Purpose::serve ? Selection::Memory::kept : Selection::Memory::read_only) {}

  Snapshot look(const config::Config& config);

 private:
  Purpose purpose_;
  nic::NicScanner scanner_;
  attachment::AttachmentStore store_;
  Selection selection_;
};

}  // namespace rxlease::deviceplugin::pools
