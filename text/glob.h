// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rxlease::text {

// Patterns for interface names: '*' any characters, '?' one, '[a-f0]' one of a set, '[!a-f0]' (or '[^a-f0]')
// one outside of it. Everything else stands for itself.

// Why nothing can match `pattern`: "\"[\" is not closed". nullopt for one that some interface name can match.
std::optional<std::string> glob_fault(std::string_view pattern);

// Whether the pattern matches one name only, itself.
bool is_literal(std::string_view pattern);

// REQUIRES: no glob_fault().
bool glob_matches(std::string_view pattern, std::string_view name);

}  // namespace rxlease::text
