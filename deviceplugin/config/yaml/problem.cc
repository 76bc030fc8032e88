// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/yaml/problem.h"

#include <algorithm>

namespace rxlease::deviceplugin::config {

namespace {

std::string lines_of(const std::vector<Problem>& problems) {
  std::string lines;
  for (const auto& problem : problems) {
    if (!lines.empty()) lines += '\n';
    lines += problem.to_string();
  }
  return lines;
}

}  // namespace

std::string Problem::to_string() const {
  std::string text = file;
  if (position.line != 0) {
    text.append(":")
        .append(std::to_string(position.line))
        .append(":")
        .append(std::to_string(position.column));
  }
  text += ": ";
  if (!key.empty()) text += key + ": ";
  return text + what + "; " + remedy;
}

std::vector<Problem> Problems::sorted() const {
  auto sorted = found_;
  std::ranges::stable_sort(sorted, {}, &Problem::position);
  return sorted;
}

ConfigError::ConfigError(std::vector<Problem> problems)
    : std::runtime_error(lines_of(problems)), problems_(std::move(problems)) {}

}  // namespace rxlease::deviceplugin::config
