// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rxlease::text {

// Queue ids from the first to the last.
struct IdRange {
  std::uint32_t first;
  std::uint32_t last;
};

// Parses "8-15"; nullopt for any other text. The caller checks that the ids are in order and in range.
std::optional<IdRange> parse_range(std::string_view text);

// Ascending ids as people write them: [8-15, 20].
std::string ids_to_string(const std::vector<std::uint32_t>& ids);

}  // namespace rxlease::text
