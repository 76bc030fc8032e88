// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string_view>

namespace rxlease::text {

// The key of `known` that was probably meant by a misspelt `key`: at most two letters inserted, removed or
// replaced; case does not count. nullopt if no key is that near.
std::optional<std::string_view> nearest_key(std::string_view key, const std::set<std::string_view>& known);

}  // namespace rxlease::text
