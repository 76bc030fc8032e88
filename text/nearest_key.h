// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string_view>

namespace rxlease::text {

// The key of `known` that someone who typed `key` probably meant: at most two letters inserted, removed or
// replaced, whatever their case. nullopt when there is none.
std::optional<std::string_view> nearest_key(std::string_view key, const std::set<std::string_view>& known);

}  // namespace rxlease::text
