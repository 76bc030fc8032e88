// SPDX-License-Identifier: Apache-2.0
#include "text/glob.h"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

namespace rxlease::text {

namespace {

constexpr std::size_t longest_name = 127;  // ALTIFNAMSIZ - 1; an interface's first name has 15 at most

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
  if (set.find('[') != std::string_view::npos) return "\"[\" cannot be a member of \"[...]\"";
  while (!set.empty()) {
    const auto [first, last] = take_range(set);
    if (first > last) return "a range in \"[...]\" runs backwards";
  }
  return std::nullopt;
}

bool is_in_names(char c) {
  return c > ' ' && c < 0x7f && c != '/' && c != ':' && c != '\\';
}

}  // namespace

std::optional<std::string> glob_fault(std::string_view pattern) {
  if (pattern.empty()) return "it is empty";
  if (!std::ranges::all_of(pattern, is_in_names)) return "no interface has such a character";
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
  if (least > longest_name) return "no interface's name has more than 127 characters";
  return std::nullopt;
}

bool is_literal(std::string_view pattern) {
  return pattern.find_first_of("*?[") == std::string_view::npos;
}

bool glob_matches(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
}

}  // namespace rxlease::text
