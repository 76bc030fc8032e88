// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/ethtool/ethtool.h"

namespace rxlease::deviceplugin::prepare {

// The settings of a NIC that preparation reads and changes, or some of them. A member is absent if the driver
// lacks the setting, or if it is not the subject.
struct NicSettings {
  std::optional<std::uint32_t> channels;  // that receive: the combined ones and the rx ones
  std::optional<bool> rx_gro_hw;          // as requested; absent: it cannot be switched
  std::optional<kernel::TcpDataSplit> tcp_data_split;
  std::optional<std::uint32_t> hds_thresh;  // bytes
  std::optional<std::vector<std::uint32_t>>
      rss;  // receive queues row by row; empty: the default, all in turn
  std::optional<std::uint32_t> tx_channels = std::nullopt;  // absent: the driver has combined ones
  std::optional<std::uint32_t> rx_buf_len = std::nullopt;   // bytes

  bool is_empty() const { return *this == NicSettings{}; }
  bool operator==(const NicSettings&) const = default;
};

// The settings of a NIC, and what else planning needs.
struct NicReading {
  NicSettings settings;
  std::uint32_t rx_queues = 0;
  std::size_t rss_rows = 0;  // of its indirection table
};

// Calls visit(name, member) for each setting; the names are those of ethtool.yaml.
template <typename Visit>
void each_setting(Visit visit) {
  visit("channels", &NicSettings::channels);
  visit("tx-channels", &NicSettings::tx_channels);
  visit("rx-gro-hw", &NicSettings::rx_gro_hw);
  visit("tcp-data-split", &NicSettings::tcp_data_split);
  visit("hds-thresh", &NicSettings::hds_thresh);
  visit("rx-buf-len", &NicSettings::rx_buf_len);
  visit("rss", &NicSettings::rss);
}

// Puts what `from` says in the place of what `into` says.
void overlay(NicSettings& into, const NicSettings& from);

// What `settings` says of the settings that `which` says something of.
NicSettings only(const NicSettings& settings, const NicSettings& which);

// "channels 4, tcp-data-split enabled, rss over [0-3]"; "nothing" when they are empty.
std::string describe(const NicSettings& settings);

// "channels 8 to 4, rss default to over [0-3]": of what is different after.
std::string describe_change(const NicSettings& before, const NicSettings& after);

// Reads what there is of a NIC. `rx_queues`: in use, where the driver tells no channels. ENODEV: it is gone.
NicReading read_settings(const kernel::Ethtool& ethtool, std::uint32_t ifindex, std::uint32_t rx_queues);

// Sets one setting, and reads it back, `rx_queues` as above. REQUIRES: exactly one member. KernelError when
// it is refused, or when it reads otherwise afterwards. Needs CAP_NET_ADMIN.
void put_setting(const kernel::Ethtool& ethtool, std::uint32_t ifindex, std::uint32_t rx_queues,
                 const NicSettings& setting);

}  // namespace rxlease::deviceplugin::prepare
