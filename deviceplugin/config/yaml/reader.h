// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deviceplugin/config/yaml/problem.h"
#include "deviceplugin/config/yaml/tree.h"

namespace rxlease::deviceplugin::config {

// The allowed values of an integer; remedy() is their text in messages: "use a number of seconds from 1 to
// 3600".
struct IntegerRange {
  std::uint32_t least;
  std::uint32_t most;
  std::string_view unit = {};    // "seconds"; empty: a plain number
  std::string_view reason = {};  // ": queue 0 stays with the host"; empty: none

  std::string remedy() const;
};

class MapReader;

// Reads one value strictly: for a value of another type each getter adds a Problem with key, value and
// remedy, and returns nullopt. Text that YAML's core schema reads as a number, a boolean or null must be in
// quotation marks; numbers and booleans must not. REQUIRES: tree and problems outlive the reader.
class ValueReader {
 public:
  ValueReader(const YamlNode& node, std::string path, Problems& problems)
      : node_(&node), path_(std::move(path)), problems_(&problems) {}

  std::optional<std::string> text() const;
  std::optional<bool> boolean() const;
  std::optional<std::uint32_t> integer(const IntegerRange& range) const;
  std::optional<std::vector<ValueReader>> items() const;
  std::optional<MapReader> map() const;

  template <typename Value, std::size_t count>
  std::optional<Value> choice(const std::array<std::pair<std::string_view, Value>, count>& choices) const;

  // Whether it is the boolean false, written as text, or as a whole number, in range or not.
  bool is_false() const;
  bool is_text() const;
  bool is_integer() const;

  // Adds the problem `path: value what; remedy`.
  void refuse(const std::string& what, const std::string& remedy) const;

  // Adds the problem `path.key: what; remedy` at this value's position; without a key `path: what; remedy`.
  void refuse_member(std::string_view key, const std::string& what, const std::string& remedy) const;

  // The same value, but its problems are added to `problems`.
  ValueReader reporting_to(Problems& problems) const { return {*node_, path_, problems}; }

  Position position() const { return node_->position; }
  const std::string& path() const { return path_; }
  const Problems& problems() const { return *problems_; }

 private:
  const YamlNode* node_;
  std::string path_;
  Problems* problems_;
};

// Reads the members of a map and remembers which keys were asked for, to refuse all others.
class MapReader {
 public:
  // REQUIRES: `node` is a map. A key that occurs twice is refused at once; its first value counts.
  MapReader(const YamlNode& node, std::string path, Problems& problems);

  std::optional<ValueReader> find(std::string_view key);  // nullopt when absent

  // Like find(), but a missing key is a problem with this remedy.
  std::optional<ValueReader> require(std::string_view key, const std::string& remedy);

  // Adds a problem for every key that was not asked for, and suggests the nearest known key.
  void refuse_unread() const;

 private:
  std::string path_of(std::string_view key) const;

  const YamlNode* node_;
  std::string path_;  // of the map itself; empty for the outermost one
  Problems* problems_;
  std::set<std::string_view> asked_;
};

template <typename Value, std::size_t count>
std::optional<Value> ValueReader::choice(
    const std::array<std::pair<std::string_view, Value>, count>& choices) const {
  const auto given = text();
  if (!given) return std::nullopt;
  std::string remedy = "use ";
  for (const auto& [name, value] : choices) {
    if (name == *given) return value;
    if (name != choices.front().first) remedy += " or ";
    remedy.append("\"").append(name).append("\"");
  }
  refuse("is not known", remedy);
  return std::nullopt;
}

}  // namespace rxlease::deviceplugin::config
