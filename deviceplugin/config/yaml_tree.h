// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "deviceplugin/config/problem.h"

namespace rxlease::deviceplugin::config {

struct YamlEntry;

// A value of a YAML document with its place in the file. yaml-cpp's own nodes would not do: they forget
// whether a key was given twice and where, and follow aliases without saying so.
struct YamlNode {
  enum class Kind { null, plain, quoted, list, map };

  Kind kind = Kind::null;
  Position position;
  std::string text;                // plain, quoted
  std::vector<YamlNode> items;     // list
  std::vector<YamlEntry> entries;  // map, in the order of the file, keys that came twice included
};

struct YamlEntry {
  std::string key;
  Position position;  // of the key
  YamlNode value;
};

// Parses the one document in `text`, which came from `file`. ConfigError for what is not YAML, and for what
// of YAML hides a value from the eye: aliases, tags, merge keys, tabs that look like indentation, a second
// document.
YamlNode parse_yaml(std::string_view text, const std::string& file);

}  // namespace rxlease::deviceplugin::config
