// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rxlease::text {

// Patterns for interface names, those of fnmatch(3): '*' matches any characters, '?' one, '[a-f0]' one of a
// set, '[!a-f0]' (or '[^a-f0]') one that is not in the set. Every other character matches itself.

// Why `pattern` can match no interface name, or is one that fnmatch(3) reads in another way: "\"[\" is not
// closed". nullopt if it is good.
std::optional<std::string> glob_fault(std::string_view pattern);

// Whether the pattern matches only the name that equals it.
bool is_literal(std::string_view pattern);

// REQUIRES: no glob_fault().
bool glob_matches(const std::string& pattern, const std::string& name);

}  // namespace rxlease::text
