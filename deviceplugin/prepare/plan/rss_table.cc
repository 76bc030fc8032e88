// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/plan/rss_table.h"

#include <algorithm>
#include <iterator>

namespace rxlease::deviceplugin::prepare {

bool is_default_table(const RssTable& table, std::uint32_t rx_queues) {
  if (rx_queues == 0) return false;
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table[row] != row % rx_queues) return false;
  }
  return true;
}

RssTable table_without(const std::set<std::uint32_t>& excluded, const RssTable& base, std::size_t rows,
                       std::uint32_t rx_queues) {
  const auto may_stay = [&](std::uint32_t queue) { return queue < rx_queues && !excluded.contains(queue); };
  RssTable staying;
  std::ranges::copy_if(base, std::back_inserter(staying), may_stay);
  const bool keeps_rows = !staying.empty();
  if (!keeps_rows) {
    for (std::uint32_t queue = 0; queue < rx_queues; ++queue) {
      if (may_stay(queue)) staying.push_back(queue);
    }
  }
  if (staying.empty()) return {};
  // Some drivers have larger tables for more channels: repeat the old one, as the kernel does.
  RssTable table(rows);
  std::size_t next = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const bool stays = keeps_rows && may_stay(base[row % base.size()]);
    table[row] = stays ? base[row % base.size()] : staying[next++ % staying.size()];
  }
  return is_default_table(table, rx_queues) ? RssTable{} : table;
}

}  // namespace rxlease::deviceplugin::prepare
