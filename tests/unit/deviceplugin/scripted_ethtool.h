// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "kernel/ethtool/ethtool.h"

namespace rxlease::tests {

// A kernel with an ethtool family and one NIC, which answers what the members say; EOPNOTSUPP where they say
// nothing. For what simulated NICs lack.
class ScriptedEthtool final : public kernel::Transport {
 public:
  std::optional<kernel::Rings> rings;
  std::optional<kernel::Channels> channels;
  std::optional<kernel::Features> features;
  std::optional<kernel::Rss> rss;
  bool says_yes = false;                           // to every change, and changes nothing
  std::vector<kernel::EthtoolOp> changes;          // that were asked for
  std::optional<kernel::Channels> asked_channels;  // the last ones

  std::vector<kernel::Message> exchange(const kernel::Request& request) override;
};

}  // namespace rxlease::tests
