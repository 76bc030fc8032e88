// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/plan/settings.h"

#include <algorithm>
#include <cerrno>
#include <set>

#include "deviceplugin/prepare/plan/rss_table.h"
#include "kernel/error.h"
#include "text/queue_ranges.h"

namespace rxlease::deviceplugin::prepare {

namespace {

constexpr const char* gro_hw = "rx-gro-hw";

std::string to_text(std::uint32_t number) {
  return std::to_string(number);
}

std::string to_text(bool on) {
  return on ? "on" : "off";
}

std::string to_text(kernel::TcpDataSplit split) {
  switch (split) {
    case kernel::TcpDataSplit::enabled:
      return "enabled";
    case kernel::TcpDataSplit::disabled:
      return "disabled";
    case kernel::TcpDataSplit::unknown:
      break;
  }
  return "unknown";
}

std::string to_text(const std::vector<std::uint32_t>& table) {
  if (table.empty()) return "default";
  const std::set<std::uint32_t> queues(table.begin(), table.end());
  return "over " + text::ids_to_string({queues.begin(), queues.end()});
}

void append(std::string& list, const std::string& item) {
  list.append(list.empty() ? "" : ", ").append(item);
}

void read_features(const kernel::Ethtool& ethtool, std::uint32_t ifindex, NicSettings& settings) {
  const auto features = ethtool.features_get(ifindex);
  if (features && features->hw.has(gro_hw)) settings.rx_gro_hw = features->wanted.has(gro_hw);
}

void read_rss(const kernel::Ethtool& ethtool, std::uint32_t ifindex, NicReading& reading) {
  const auto rss = ethtool.rss_get(ifindex);
  auto table = rss ? rss->queues() : std::vector<std::uint32_t>();
  if (table.empty()) return;
  reading.rss_rows = table.size();
  if (is_default_table(table, reading.rx_queues)) table.clear();
  reading.settings.rss = std::move(table);
}

// A feature that the driver refuses stays requested, and another request for it would have no effect.
void put_gro_hw(const kernel::Ethtool& ethtool, std::uint32_t ifindex, bool on) {
  ethtool.features_set(ifindex, gro_hw, on);
  const auto features = ethtool.features_get(ifindex);
  if (features && features->active.has(gro_hw) == on) return;
  ethtool.features_set(ifindex, gro_hw, !on);
  throw kernel::KernelError("features-set", EOPNOTSUPP,
                            std::string("the driver did not switch ") + gro_hw + " " + to_text(on));
}

void put_channels(const kernel::Ethtool& ethtool, std::uint32_t ifindex, std::uint32_t count) {
  auto channels = ethtool.channels_get(ifindex).value_or(kernel::Channels{}).for_rx_queues(count);
  channels.dev.dev_index = ifindex;
  ethtool.channels_set(channels);
}

void put_tx_channels(const kernel::Ethtool& ethtool, std::uint32_t ifindex, std::uint32_t count) {
  kernel::Channels channels;
  channels.dev.dev_index = ifindex;
  channels.tx_count = count;
  ethtool.channels_set(channels);
}

void put_rings(const kernel::Ethtool& ethtool, std::uint32_t ifindex, const NicSettings& setting) {
  kernel::Rings rings;
  rings.dev.dev_index = ifindex;
  rings.tcp_data_split = setting.tcp_data_split;
  rings.hds_thresh = setting.hds_thresh;
  rings.rx_buf_len = setting.rx_buf_len;
  ethtool.rings_set(rings);
}

}  // namespace

void overlay(NicSettings& into, const NicSettings& from) {
  each_setting([&](const char*, auto setting) {
    if (from.*setting) into.*setting = from.*setting;
  });
}

NicSettings only(const NicSettings& settings, const NicSettings& which) {
  NicSettings result;
  each_setting([&](const char*, auto setting) {
    if (which.*setting) result.*setting = settings.*setting;
  });
  return result;
}

std::string describe(const NicSettings& settings) {
  std::string list;
  each_setting([&](const char* name, auto setting) {
    if (settings.*setting) append(list, std::string(name) + " " + to_text(*(settings.*setting)));
  });
  return list.empty() ? "nothing" : list;
}

std::string describe_change(const NicSettings& before, const NicSettings& after) {
  std::string list;
  each_setting([&](const char* name, auto setting) {
    const auto& from = before.*setting;
    const auto& to = after.*setting;
    if (!to || from == to) return;
    append(list, std::string(name) + " " + (from ? to_text(*from) + " to " : "") + to_text(*to));
  });
  return list.empty() ? "nothing" : list;
}

NicReading read_settings(const kernel::Ethtool& ethtool, std::uint32_t ifindex, std::uint32_t rx_queues) {
  NicReading reading;
  reading.rx_queues = rx_queues;
  if (const auto channels = ethtool.channels_get(ifindex)) {
    reading.rx_queues = channels->rx_queues();
    reading.settings.channels = reading.rx_queues;
    if (std::string_view(channels->kind()) == "rx") reading.settings.tx_channels = channels->tx_count;
  }
  if (const auto rings = ethtool.rings_get(ifindex)) {
    reading.settings.tcp_data_split = rings->tcp_data_split.value_or(kernel::TcpDataSplit::unknown);
    reading.settings.hds_thresh = rings->hds_thresh;
    reading.settings.rx_buf_len = rings->rx_buf_len;
  }
  read_features(ethtool, ifindex, reading.settings);
  read_rss(ethtool, ifindex, reading);
  return reading;
}

void put_setting(const kernel::Ethtool& ethtool, std::uint32_t ifindex, std::uint32_t rx_queues,
                 const NicSettings& setting) {
  if (setting.channels) put_channels(ethtool, ifindex, *setting.channels);
  if (setting.tx_channels) put_tx_channels(ethtool, ifindex, *setting.tx_channels);
  if (setting.rx_gro_hw) put_gro_hw(ethtool, ifindex, *setting.rx_gro_hw);
  if (setting.tcp_data_split || setting.hds_thresh || setting.rx_buf_len)
    put_rings(ethtool, ifindex, setting);
  if (setting.rss) ethtool.rss_set(ifindex, *setting.rss);
  const auto now = only(read_settings(ethtool, ifindex, rx_queues).settings, setting);
  if (now != setting) {
    throw kernel::KernelError("verify " + describe(setting), EIO, "it reads back as " + describe(now));
  }
}

}  // namespace rxlease::deviceplugin::prepare
