// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rxlease::cni {

// What an integer may be, and how a message asks for it: "use a number of bytes from 68 to 65535, or leave it
// out for the kernel's default".
struct IntegerRange {
  std::uint64_t least;
  std::uint64_t most;
  std::string_view unit = {};       // "bytes"; empty: a plain number
  std::string_view otherwise = {};  // what leaving it out gives; empty: not said
};

// Reads the members of one JSON object strictly: each getter answers nullopt when the key is absent or null
// (Go's encoder, and so many a generator of files, writes null for what is not set), and an Error 7 that
// names the field, its value and the remedy when the value is of another type or out of range. The reader
// remembers the keys it was asked for and can refuse all others. REQUIRES: the JSON outlives the reader.
class ObjectReader {
 public:
  // For a configuration, or with a `source` for the output of another program, with which messages begin.
  // Error 7 unless `json` is an object.
  explicit ObjectReader(const nlohmann::json& json, std::string_view source = {});

  const nlohmann::json* find(std::string_view key);  // nullptr when absent
  bool has(std::string_view key) const;              // does not count as asking
  void accept(std::string_view key) { asked_.insert(key); }

  std::optional<std::string> string(std::string_view key);
  std::string required_string(std::string_view key);
  std::optional<bool> boolean(std::string_view key);
  std::optional<std::uint64_t> integer(std::string_view key, const IntegerRange& range);
  std::optional<std::vector<std::string>> strings(std::string_view key);
  std::optional<ObjectReader> object(std::string_view key);
  std::optional<std::vector<ObjectReader>> objects(std::string_view key);

  template <typename Value, std::size_t count>
  std::optional<Value> choice(std::string_view key,
                              const std::array<std::pair<std::string_view, Value>, count>& choices);

  // Error 2 for the first key that nobody asked for, with the known key that is nearest to it.
  void refuse_unread() const;

  // Throws Error 7: `"path.key": value what`. The value is left out when the object has no such key.
  [[noreturn]] void refuse(std::string_view key, const std::string& what, const std::string& remedy) const;

  const nlohmann::json& json() const { return *json_; }
  std::string path_of(std::string_view key) const;

 private:
  ObjectReader(const nlohmann::json& json, std::string path, std::string source);

  ObjectReader member(const nlohmann::json& json, std::string path) const;
  const nlohmann::json* array(std::string_view key);
  [[noreturn]] void refuse_value(const std::string& path, const nlohmann::json& value,
                                 const std::string& what, const std::string& remedy) const;

  const nlohmann::json* json_;
  std::string path_;    // of the object itself; empty at the top
  std::string source_;  // "prevResult"; empty: the configuration
  std::set<std::string_view> asked_;
};

template <typename Value, std::size_t count>
std::optional<Value> ObjectReader::choice(
    std::string_view key, const std::array<std::pair<std::string_view, Value>, count>& choices) {
  const auto text = string(key);
  if (!text) return std::nullopt;
  std::string remedy = "use ";
  for (const auto& [name, value] : choices) {
    if (name == *text) return value;
    remedy.append(name == choices.front().first ? "\"" : " or \"").append(name).append("\"");
  }
  refuse(key, "is not known", remedy);
}

}  // namespace rxlease::cni
