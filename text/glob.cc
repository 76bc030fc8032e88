// SPDX-License-Identifier: Apache-2.0
#include "text/glob.h"

#include <algorithm>
#include <utility>

namespace rxlease::text {

namespace {

constexpr std::size_t longest_name = 15;  // IFNAMSIZ - 1
// A pattern's first element: one character, or a set of them between brackets.
std::string_view first_element(std::string_view pattern) {
  return pattern.starts_with('[') ? pattern.substr(0, pattern.find(']') + 1) : pattern.substr(0, 1);
}

bool is_negated(std::string_view set) {
  return set.starts_with('!') || set.starts_with('^');
}

// The characters and ranges of a set: "a-f0" of "[!a-f0]".
std::string_view members(std::string_view element) {
  element = element.substr(1, element.size() - 2);
  if (is_negated(element)) element.remove_prefix(1);
  return element;
}

// Removes the first character or range of a set and returns its ends.
std::pair<char, char> take_range(std::string_view& set) {
  const bool range = set.size() >= 3 && set[1] == '-';
  const std::pair ends{set[0], range ? set[2] : set[0]};
  set.remove_prefix(range ? 3 : 1);
  return ends;
}

std::optional<std::string> set_fault(std::string_view set) {
  if (set.empty()) return "\"[]\" has nothing in it";
  while (!set.empty()) {
    const auto [first, last] = take_range(set);
    if (first > last) return "a range in \"[...]\" runs backwards";
  }
  return std::nullopt;
}

bool matches_set(std::string_view element, char c) {
  const bool negated = is_negated(element.substr(1));
  for (auto set = members(element); !set.empty();) {
    const auto [first, last] = take_range(set);
    if (first <= c && c <= last) return !negated;
  }
  return negated;
}

bool matches_one(std::string_view element, char c) {
  if (element == "?") return true;
  return element.size() > 1 ? matches_set(element, c) : element.front() == c;
}

bool is_in_names(char c) {
  return c > ' ' && c < 0x7f && c != '/' && c != ':' && c != '\\';
}

}  // namespace

std::optional<std::string> glob_fault(std::string_view pattern) {
  if (pattern.empty()) return "it is empty";
  if (!std::all_of(pattern.begin(), pattern.end(), is_in_names)) return "no interface has such a character";
  std::size_t least = 0;  // length of the shortest name it matches
  for (auto rest = pattern; !rest.empty();) {
    if (rest.front() == '[' && rest.find(']') == std::string_view::npos) return "\"[\" is not closed";
    const auto element = first_element(rest);
    if (element.size() > 1) {
      if (auto fault = set_fault(members(element))) return fault;
    }
    if (element != "*") ++least;
    rest.remove_prefix(element.size());
  }
  if (least > longest_name) return "no interface's name has more than 15 characters";
  return std::nullopt;
}

bool is_literal(std::string_view pattern) {
  return pattern.find_first_of("*?[") == std::string_view::npos;
}

// Goes back to the last '*' only: what one before it could match, the last one can too.
bool glob_matches(std::string_view pattern, std::string_view name) {
  std::optional<std::string_view> after_star;
  std::string_view star_name;
  while (!name.empty()) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      after_star = pattern;
      star_name = name;
      continue;
    }
    const auto element = first_element(pattern);
    if (!pattern.empty() && matches_one(element, name.front())) {
      pattern.remove_prefix(element.size());
      name.remove_prefix(1);
    } else if (after_star) {
      star_name.remove_prefix(1);
      pattern = *after_star;
      name = star_name;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*') == std::string_view::npos;
}

}  // namespace rxlease::text
