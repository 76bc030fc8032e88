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

#include "deviceplugin/config/problem.h"
#include "deviceplugin/config/yaml_tree.h"

namespace rxlease::deviceplugin::config {

// What an integer may be, and how a message asks for it: "use a number of seconds from 1 to 3600".
struct IntegerRange {
  std::uint32_t least;
  std::uint32_t most;
  std::string_view unit = {};    // "seconds"; empty: a plain number
  std::string_view reason = {};  // ": queue 0 stays with the host"; empty: none is said

  std::string remedy() const;
};

class MapReader;

// Reads one value strictly: each getter answers nullopt for a value of another type, and adds a Problem that
// names the key, the value and the remedy. Text that YAML's core schema takes for a number, a boolean or null
// has to be in quotation marks, and a number or boolean must not be. REQUIRES: tree and problems outlive the
// reader.
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

  // Whether it is written as text, or as a whole number in range or not.
  bool is_text() const;
  bool is_integer() const;

  // Adds the problem `path: value what; remedy`.
  void refuse(const std::string& what, const std::string& remedy) const;

  // The same value, with its problems added to others.
  ValueReader reporting_to(Problems& problems) const { return {*node_, path_, problems}; }

  Position position() const { return node_->position; }
  const std::string& path() const { return path_; }
  const Problems& problems() const { return *problems_; }

 private:
  const YamlNode* node_;
  std::string path_;
  Problems* problems_;
};

// Reads the members of a map, and remembers the keys it was asked for, so that it can refuse all others.
class MapReader {
 public:
  // REQUIRES: `node` is a map. Keys that come twice are refused at once; the first of them counts.
  MapReader(const YamlNode& node, std::string path, Problems& problems);

  std::optional<ValueReader> find(std::string_view key);  // nullopt when absent

  // As find(), but absence is a problem with this remedy.
  std::optional<ValueReader> require(std::string_view key, const std::string& remedy);

  // Adds a problem for every key that nobody asked for, with the known key that is nearest to it.
  void refuse_unread() const;

 private:
  std::string path_of(std::string_view key) const;

  const YamlNode* node_;
  std::string path_;  // of the map itself; empty at the top
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
