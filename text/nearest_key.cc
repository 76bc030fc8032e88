// SPDX-License-Identifier: Apache-2.0
#include "text/nearest_key.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace rxlease::text {

namespace {

constexpr std::size_t most_edits = 2;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The Levenshtein distance, computed row by row.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char letter : from) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(letter) == lower(to[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string_view> nearest_key(std::string_view key, const std::set<std::string_view>& known) {
  std::optional<std::string_view> nearest;
  std::size_t fewest = most_edits + 1;
  for (const auto candidate : known) {
    if (key.size() > candidate.size() + most_edits) continue;  // bounds the time for a key of any length
    const auto edits = edit_distance(key, candidate);
    const bool alike = edits + 1 < candidate.size();  // "tap" is not a misspelt "mac"
    if (alike && edits < fewest) {
      fewest = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace rxlease::text
