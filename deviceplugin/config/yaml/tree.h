// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "deviceplugin/config/yaml/problem.h"

namespace rxlease::deviceplugin::config {

struct YamlEntry;

// A value of a YAML document with its position in the file. yaml-cpp's own nodes lose keys that occur twice
// and follow aliases silently.
struct YamlNode {
  enum class Kind { null, plain, quoted, list, map };

  Kind kind = Kind::null;
  Position position;
  std::string text;                // plain, quoted
  std::vector<YamlNode> items;     // list
  std::vector<YamlEntry> entries;  // map, in the order of the file, with keys that occur twice
};

struct YamlEntry {
  std::string key;
  Position position;  // of the key
  YamlNode value;
};

// Parses the one document in `text`, the content of `file`. Throws ConfigError if it is not YAML, and for
// parts of YAML that hide a value from the reader: aliases, tags, merge keys, tabs as indentation, a second
// document.
YamlNode parse_yaml(std::string_view text, const std::string& file);

}  // namespace rxlease::deviceplugin::config
