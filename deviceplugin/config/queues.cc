// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/queues.h"

#include "text/queue_ranges.h"

namespace rxlease::deviceplugin::config {

namespace {

// Queue 0 stays with the host, which would receive nothing from the NIC without a queue of its own.
constexpr IntegerRange queue_count{1, most_channels - 1, "queues"};
constexpr IntegerRange queue_id{1, most_channels - 1, {}, ": queue 0 stays with the host"};
constexpr const char* ids_rule = "use ids and ranges from 1 to 1023 such as [8-15, 20]";

bool is_in(const IntegerRange& range, std::uint32_t number) {
  return number >= range.least && number <= range.most;
}

std::optional<text::IdRange> read_range(const ValueReader& item) {
  const auto text = item.text();
  if (!text) return std::nullopt;
  const auto range = text::parse_range(*text);
  if (!range) {
    item.refuse("is neither a queue's id nor a range of them", ids_rule);
  } else if (range->first == 0) {
    item.refuse("takes queue 0, which the host needs", "begin at 1");
  } else if (range->first > range->last) {
    item.refuse("runs backwards", "put the lower id first");
  } else if (!is_in(queue_id, range->last)) {
    item.refuse("is out of range", ids_rule);
  } else {
    return range;
  }
  return std::nullopt;
}

std::optional<text::IdRange> read_id(const ValueReader& item) {
  if (!item.is_integer()) return read_range(item);
  const auto id = item.integer(queue_id);
  return id ? std::optional(text::IdRange{*id, *id}) : std::nullopt;
}

std::vector<std::uint32_t> read_ids(const ValueReader& value) {
  const auto items = value.items();
  if (!items) return {};
  if (items->empty()) value.refuse("holds no queue", ids_rule);
  std::vector<bool> taken(most_channels, false);
  for (const auto& item : *items) {
    const auto range = read_id(item);
    if (!range) continue;
    bool again = false;
    for (auto id = range->first; id <= range->last; ++id) {
      again = again || taken[id];
      taken[id] = true;
    }
    if (again) item.refuse("names a queue a second time", "name each queue once");
  }
  std::vector<std::uint32_t> ids;
  for (std::uint32_t id = 0; id < most_channels; ++id) {
    if (taken[id]) ids.push_back(id);
  }
  return ids;
}

}  // namespace

std::optional<Queues> read_queues(const ValueReader& value) {
  const auto before = value.problems().size();
  auto map = value.map();
  if (!map) return std::nullopt;
  const auto count = map->find("count");
  const auto ids = map->find("ids");
  map->refuse_unread();
  Queues queues;
  if (count) queues.count = count->integer(queue_count).value_or(0);
  if (ids) queues.ids = read_ids(*ids);
  if (count && ids) {
    value.refuse("has both \"count\" and \"ids\"", "keep one of them");
  } else if (!count && !ids && before == value.problems().size()) {
    value.refuse("says neither \"count\" nor \"ids\"", "add one of them: \"count: 8\" or \"ids: [8-15]\"");
  }
  return before == value.problems().size() ? std::optional(queues) : std::nullopt;
}

}  // namespace rxlease::deviceplugin::config
