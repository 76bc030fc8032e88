// SPDX-License-Identifier: Apache-2.0
#include "text/queue_ranges.h"

#include <charconv>

namespace rxlease::text {

std::optional<IdRange> parse_range(std::string_view text) {
  IdRange range{};
  const auto* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, range.first);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-') return std::nullopt;
  const auto last = std::from_chars(first.ptr + 1, end, range.last);
  if (last.ec != std::errc{} || last.ptr != end) return std::nullopt;
  return range;
}

std::string ids_to_string(const std::vector<std::uint32_t>& ids) {
  std::string text;
  for (std::size_t begin = 0; begin < ids.size();) {
    auto end = begin + 1;
    while (end < ids.size() && ids[end] == ids[end - 1] + 1) ++end;
    if (!text.empty()) text += ", ";
    text += std::to_string(ids[begin]);
    if (end - begin > 1) text.append("-").append(std::to_string(ids[end - 1]));
    begin = end;
  }
  return "[" + text + "]";
}

}  // namespace rxlease::text
