// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/yaml/reader.h"

#include <charconv>
#include <map>

#include "deviceplugin/config/yaml/scalar.h"
#include "text/display.h"
#include "text/nearest_key.h"

namespace rxlease::deviceplugin::config {

namespace {

constexpr const char* quote_it = "write it in quotation marks";

bool is_plain(const YamlNode& node, ScalarType type) {
  return node.kind == YamlNode::Kind::plain && type_of_plain(node.text) == type;
}

std::string shown_value(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "null";
    case YamlNode::Kind::list:
      return node.items.empty() ? "[]" : "[ ... ]";
    case YamlNode::Kind::map:
      return node.entries.empty() ? "{}" : "{ ... }";
    case YamlNode::Kind::quoted:
      return text::display(node.text);
    case YamlNode::Kind::plain:
      break;
  }
  auto shown = text::display(node.text);
  if (is_plain(node, ScalarType::text)) return shown;
  return shown.ends_with('"') ? shown.substr(1, shown.size() - 2) : shown.substr(1);
}

// Decimal digits without a leading zero: some parsers read that as octal.
bool is_decimal(std::string_view text) {
  const bool zeros = text.size() > 1 && text.starts_with('0');
  return !zeros && !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_plain_key(std::string_view key) {
  constexpr std::size_t longest = 40;
  return !key.empty() && key.size() <= longest &&
         key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
             std::string_view::npos;
}

}  // namespace

std::string IntegerRange::remedy() const {
  std::string remedy = "use a number ";
  if (!unit.empty()) remedy.append("of ").append(unit).append(" ");
  return remedy.append("from " + std::to_string(least) + " to " + std::to_string(most)).append(reason);
}

std::optional<std::string> ValueReader::text() const {
  if (is_text()) return node_->text;
  const bool scalar = node_->kind == YamlNode::Kind::plain;
  refuse("is not text", scalar ? quote_it : "write text there, or leave the key out");
  return std::nullopt;
}

std::optional<bool> ValueReader::boolean() const {
  if (is_plain(*node_, ScalarType::boolean)) {
    if (node_->text == "true") return true;
    if (node_->text == "false") return false;
  }
  refuse("is neither true nor false", "use true or false, without quotation marks");
  return std::nullopt;
}

bool ValueReader::is_false() const {
  return is_plain(*node_, ScalarType::boolean) && node_->text == "false";
}

bool ValueReader::is_text() const {
  return node_->kind == YamlNode::Kind::quoted || is_plain(*node_, ScalarType::text);
}

bool ValueReader::is_integer() const {
  return is_plain(*node_, ScalarType::integer);
}

std::optional<std::uint32_t> ValueReader::integer(const IntegerRange& range) const {
  if (!is_integer()) {
    const bool quoted = node_->kind == YamlNode::Kind::quoted;
    refuse("is not a whole number", range.remedy() + (quoted ? ", without quotation marks" : ""));
    return std::nullopt;
  }
  const bool negative = node_->text.starts_with('-');
  if (!negative && !is_decimal(node_->text)) {
    refuse("is not a plain decimal number", range.remedy() + ", in digits alone");
    return std::nullopt;
  }
  std::uint32_t number = 0;
  const auto* const begin = node_->text.data();
  const auto* const end = begin + node_->text.size();
  const auto [rest, error] = std::from_chars(begin, end, number);
  if (error != std::errc{} || rest != end || number < range.least || number > range.most) {
    refuse("is out of range", range.remedy());
    return std::nullopt;
  }
  return number;
}

std::optional<std::vector<ValueReader>> ValueReader::items() const {
  if (node_->kind != YamlNode::Kind::list) {
    refuse("is not a list", "use a list: [ ... ]");
    return std::nullopt;
  }
  std::vector<ValueReader> items;
  for (const auto& item : node_->items) {
    items.emplace_back(item, path_ + "[" + std::to_string(items.size()) + "]", *problems_);
  }
  return items;
}

std::optional<MapReader> ValueReader::map() const {
  if (node_->kind == YamlNode::Kind::map) return MapReader(*node_, path_, *problems_);
  refuse("is not a map", "use keys with values: { key: value }");
  return std::nullopt;
}

void ValueReader::refuse(const std::string& what, const std::string& remedy) const {
  problems_->add(node_->position, path_, shown_value(*node_) + " " + what, remedy);
}

void ValueReader::refuse_member(std::string_view key, const std::string& what,
                                const std::string& remedy) const {
  auto path = path_;
  if (!key.empty()) path.append(".").append(key);
  problems_->add(node_->position, std::move(path), what, remedy);
}

MapReader::MapReader(const YamlNode& node, std::string path, Problems& problems)
    : node_(&node), path_(std::move(path)), problems_(&problems) {
  std::map<std::string_view, unsigned> lines;
  for (const auto& entry : node.entries) {
    const auto [first, is_new] = lines.try_emplace(entry.key, entry.position.line);
    if (is_new) continue;
    problems_->add(entry.position, path_of(entry.key),
                   "the key occurs a second time, after line " + std::to_string(first->second),
                   "keep one of them");
  }
}

std::optional<ValueReader> MapReader::find(std::string_view key) {
  asked_.insert(key);
  for (const auto& entry : node_->entries) {
    if (entry.key == key) return ValueReader(entry.value, path_of(key), *problems_);
  }
  return std::nullopt;
}

std::optional<ValueReader> MapReader::require(std::string_view key, const std::string& remedy) {
  auto value = find(key);
  if (!value) problems_->add(node_->position, path_of(key), "the key is missing", remedy);
  return value;
}

void MapReader::refuse_unread() const {
  std::set<std::string_view> refused;  // each key once, even if it occurs twice
  for (const auto& entry : node_->entries) {
    if (asked_.contains(entry.key) || !refused.insert(entry.key).second) continue;
    std::string remedy = "leave it out";
    if (const auto near = text::nearest_key(entry.key, asked_)) {
      remedy = "did you mean \"" + std::string(*near) + "\"?";
    }
    problems_->add(entry.position, path_of(entry.key), "there is no such key", remedy);
  }
}

std::string MapReader::path_of(std::string_view key) const {
  const auto shown = is_plain_key(key) ? std::string(key) : text::display(key);
  return path_.empty() ? shown : path_ + "." + shown;
}

}  // namespace rxlease::deviceplugin::config
