// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/ethtool.h>

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "kernel/ethtool/rss_contexts.h"

namespace rxlease::tests {

// The steering of a NIC as its driver does it, at the level of bytes: flow rules by SIOCETHTOOL, RSS contexts
// by netlink.
class FakeNic {
 public:
  bool has_rules = true;
  bool has_contexts = true;
  bool chooses_locations = true;
  bool takes_port_masks = true;      // of destination ports
  bool takes_src_port_masks = true;  // other than all bits or none
  std::uint32_t size = 16;           // of the table of rules

  std::map<std::uint32_t, ethtool_rxnfc> rules;  // by location
  std::map<std::uint32_t, kernel::Bytes> contexts{{0, kernel::Rss::spread({0, 1, 2, 3}, 8)}};

  // Throws KernelError, as the kernel answers.
  void ethtool(const std::string& operation, std::span<std::uint8_t> command);
  std::vector<kernel::Message> exchange(const kernel::Request& request);

  static constexpr std::uint16_t family = 0x21;
  static kernel::Message family_message();

 private:
  void insert(ethtool_rxnfc& command);
  kernel::Message message_of(std::uint32_t context) const;
};

}  // namespace rxlease::tests
