// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <vector>

namespace rxlease::deviceplugin::prepare {

// An indirection table of RSS: a flow's hash chooses a row, and the row names a receive queue. A queue's
// weight is the number of its rows.
using RssTable = std::vector<std::uint32_t>;

// Whether the table is the kernel's default for this number of queues: all in turn.
bool is_default_table(const RssTable& table, std::uint32_t rx_queues);

// A table of `rows` rows over the `rx_queues` queues except `excluded`. Rows of `base` that point at allowed
// queues stay; the others are dealt out in base's proportions, evenly if it names no allowed queue. Empty:
// the result is the default, or no queue or row is left.
RssTable table_without(const std::set<std::uint32_t>& excluded, const RssTable& base, std::size_t rows,
                       std::uint32_t rx_queues);

}  // namespace rxlease::deviceplugin::prepare
