// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <vector>

namespace rxlease::deviceplugin::prepare {

// An indirection table of RSS: a receive queue a row, of which a flow's hash chooses one. How many rows name
// a queue is the queue's weight.
using RssTable = std::vector<std::uint32_t>;

// Whether the table is the kernel's default for so many queues: all in turn.
bool is_default_table(const RssTable& table, std::uint32_t rx_queues);

// A table of `rows` rows over `rx_queues` queues but those of `excluded`. Where `base` names others its rows
// stay, and the rest is shared out in the proportion of these; an empty base, or one that names no other, is
// spread evenly over all that there are. Empty where this is the default, or where no queue or row is left.
RssTable table_without(const std::set<std::uint32_t>& excluded, const RssTable& base, std::size_t rows,
                       std::uint32_t rx_queues);

}  // namespace rxlease::deviceplugin::prepare
