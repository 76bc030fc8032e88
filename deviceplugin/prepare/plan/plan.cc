// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/plan/plan.h"

#include <algorithm>

#include "deviceplugin/prepare/plan/rss_table.h"

namespace rxlease::deviceplugin::prepare {

namespace {

// The table to take the pools' queues out of: the host's own, not the one that we made of it.
RssTable host_table(const NicJournal& journal, const RssTable& present) {
  const bool is_our_work = journal.original.rss && journal.is_ours(&NicSettings::rss, std::optional(present));
  return is_our_work ? *journal.original.rss : present;
}

// The largest buffer that every driver gives to XDP, headroom included.
constexpr std::uint32_t xdp_rx_buf_len = 2048;

// XDP sees packets whole, in one buffer each, and each receive queue sends through a transmit queue of its
// own. Drivers refuse a program while one of these settings is otherwise.
void wish_for_xdp(NicSettings& wished, const NicSettings& present) {
  if (present.rx_gro_hw) wished.rx_gro_hw = false;
  if (present.tcp_data_split == kernel::TcpDataSplit::enabled ||
      present.tcp_data_split == kernel::TcpDataSplit::disabled) {
    wished.tcp_data_split = kernel::TcpDataSplit::disabled;
  }
  if (present.rx_buf_len) wished.rx_buf_len = std::min(*present.rx_buf_len, xdp_rx_buf_len);
  if (present.tx_channels) wished.tx_channels = wished.channels ? wished.channels : present.channels;
}

NicSettings wished_by(const NicDemand& demand, const NicJournal& journal, const NicReading& present) {
  NicSettings wished;
  wished.channels = demand.channels;
  if (demand.header_split) {
    // Set once an attempt has shown that the driver needs it.
    if (journal.set.rx_gro_hw == true || journal.pending.rx_gro_hw == true) wished.rx_gro_hw = true;
    wished.tcp_data_split = kernel::TcpDataSplit::enabled;
    if (present.settings.hds_thresh) wished.hds_thresh = 0;
  }
  if (demand.xdp) wish_for_xdp(wished, present.settings);
  if (present.settings.rss && !demand.excluded.empty()) {
    wished.rss = table_without(demand.excluded, host_table(journal, *present.settings.rss), present.rss_rows,
                               demand.channels.value_or(present.rx_queues));
  }
  return wished;
}

// Somebody else's table that leaves out the pools' queues is as good as ours.
bool serves(const NicDemand& demand, const NicReading& present) {
  const auto& table = present.settings.rss;
  if (!table || table->empty()) return false;
  return std::none_of(table->begin(), table->end(),
                      [&](std::uint32_t queue) { return demand.excluded.contains(queue); });
}

// A reset gives the NIC the driver's own table, and nothing tells that from somebody who asks for that table.
bool has_lost_rss(const NicDemand& demand, const NicJournal& journal, const NicSettings& present) {
  const auto& ours = journal.set.rss;
  const bool is_default = present.rss && present.rss->empty();
  return demand.put_back && !demand.excluded.empty() && ours && !ours->empty() && is_default &&
         !journal.is_ours(&NicSettings::rss, present.rss);
}

// Some drivers report no header split while they have an XDP program: it is as we have set it.
NicReading with_what_is_set(NicReading reading, const NicJournal& journal) {
  auto& split = reading.settings.tcp_data_split;
  if (split == kernel::TcpDataSplit::unknown && journal.set.tcp_data_split)
    split = journal.set.tcp_data_split;
  return reading;
}

}  // namespace

NicPlan plan_nic(const NicDemand& demand, const NicJournal& known, const NicReading& reading) {
  const auto present = with_what_is_set(reading, known);
  auto journal = known;
  NicPlan plan;
  plan.lost_rss = has_lost_rss(demand, journal, present.settings);
  if (plan.lost_rss) journal.set.rss = present.settings.rss;  // it is nobody else's
  plan.wished = wished_by(demand, journal, present);
  if (plan.wished.rss && !journal.is_ours(&NicSettings::rss, present.settings.rss) &&
      serves(demand, present)) {
    plan.wished.rss = present.settings.rss;
  }
  each_setting([&](const char*, auto setting) {
    const auto& now = present.settings.*setting;
    const auto& wished = plan.wished.*setting;
    const auto& original = journal.original.*setting;
    if (wished ? now == wished : !original || now == original) return;
    const bool ours = journal.is_ours(setting, now);
    if (!ours && (wished || journal.set.*setting != original)) plan.foreign.*setting = now;
    if (wished && (ours || demand.repair)) plan.change.*setting = wished;
    if (!wished && ours) plan.give_back.*setting = original;
  });
  return plan;
}

std::optional<NicSettings> next_step(const NicSettings& present, const NicSettings& target) {
  const auto differs = [&](auto setting) { return target.*setting && target.*setting != present.*setting; };
  const auto step = [&](auto setting) {
    NicSettings change;
    change.*setting = target.*setting;
    return change;
  };
  if (differs(&NicSettings::channels)) {
    // While the table is the default, it follows the channels by itself, and drivers that have larger tables
    // for more channels allow the change. Any other table has to fit before queues go.
    const bool default_later = target.rss && target.rss->empty();
    const bool default_now = present.rss && present.rss->empty();
    const bool shrinks = *target.channels < present.channels.value_or(0);
    const bool table_first = default_later || (!default_now && shrinks);
    if (differs(&NicSettings::rss) && table_first) return step(&NicSettings::rss);
    return step(&NicSettings::channels);
  }
  if (differs(&NicSettings::tx_channels)) return step(&NicSettings::tx_channels);
  // Before the split that may need it when switched on, after the split when switched off.
  if (differs(&NicSettings::rx_gro_hw) && *target.rx_gro_hw) return step(&NicSettings::rx_gro_hw);
  if (differs(&NicSettings::tcp_data_split)) return step(&NicSettings::tcp_data_split);
  if (differs(&NicSettings::hds_thresh)) return step(&NicSettings::hds_thresh);
  if (differs(&NicSettings::rx_gro_hw)) return step(&NicSettings::rx_gro_hw);
  if (differs(&NicSettings::rx_buf_len)) return step(&NicSettings::rx_buf_len);
  if (differs(&NicSettings::rss)) return step(&NicSettings::rss);
  return std::nullopt;
}

}  // namespace rxlease::deviceplugin::prepare
