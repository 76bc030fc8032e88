// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/json/object_reader.h"

#include <cmath>

#include "cni/spec/error.h"
#include "text/display.h"
#include "text/nearest_key.h"

namespace rxlease::cni {

namespace {

std::string remedy_of(const IntegerRange& range) {
  std::string remedy = "use a number ";
  if (!range.unit.empty()) remedy.append("of ").append(range.unit).append(" ");
  remedy += "from " + std::to_string(range.least) + " to " + std::to_string(range.most);
  if (!range.otherwise.empty()) remedy.append(", or leave it out for ").append(range.otherwise);
  return remedy;
}

// Integers beyond 64 bits are parsed as floating point, and are out of range as well.
bool is_beyond_integers(const nlohmann::json& value) {
  return value.is_number_float() && std::abs(value.get<double>()) >= 0x1p63;
}

bool is_within(const nlohmann::json& value, const IntegerRange& range) {
  if (is_beyond_integers(value)) return false;
  if (!value.is_number_unsigned() && value.get<std::int64_t>() < 0) return false;
  const auto number = value.get<std::uint64_t>();
  return number >= range.least && number <= range.most;
}

}  // namespace

ObjectReader::ObjectReader(const nlohmann::json& json, std::string_view source)
    : ObjectReader(json, "", std::string(source)) {}

ObjectReader::ObjectReader(const nlohmann::json& json, std::string path, std::string source)
    : json_(&json), path_(std::move(path)), source_(std::move(source)) {
  if (!json.is_object()) refuse_value(path_, json, "is not an object", "use an object: { ... }");
}

const nlohmann::json* ObjectReader::find(std::string_view key) {
  accept(key);
  return has(key) ? &*json_->find(key) : nullptr;
}

bool ObjectReader::has(std::string_view key) const {
  const auto found = json_->find(key);
  return found != json_->end() && !found->is_null();
}

std::optional<std::string> ObjectReader::string(std::string_view key) {
  const auto* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse(key, "is not a string", "write it in quotation marks");
  return value->get<std::string>();
}

std::string ObjectReader::required_string(std::string_view key) {
  auto value = string(key);
  if (!value) refuse(key, "is missing", "add it: a string");
  return *std::move(value);
}

std::optional<bool> ObjectReader::boolean(std::string_view key) {
  const auto* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) {
    refuse(key, "is neither true nor false", "use true or false, without quotation marks");
  }
  return value->get<bool>();
}

std::optional<std::uint64_t> ObjectReader::integer(std::string_view key, const IntegerRange& range) {
  const auto* const value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer() && !is_beyond_integers(*value)) {
    refuse(key, "is not a whole number", remedy_of(range));
  }
  if (!is_within(*value, range)) refuse(key, "is out of range", remedy_of(range));
  return value->get<std::uint64_t>();
}

std::optional<std::vector<std::string>> ObjectReader::strings(std::string_view key) {
  const auto* const elements = array(key);
  if (elements == nullptr) return std::nullopt;
  std::vector<std::string> strings;
  for (const auto& element : *elements) {
    if (!element.is_string()) {
      refuse_value(path_of(key) + "[" + std::to_string(strings.size()) + "]", element, "is not a string",
                   "write it in quotation marks");
    }
    strings.push_back(element.get<std::string>());
  }
  return strings;
}

std::optional<ObjectReader> ObjectReader::object(std::string_view key) {
  const auto* const value = find(key);
  if (value == nullptr) return std::nullopt;
  return member(*value, path_of(key));
}

std::optional<std::vector<ObjectReader>> ObjectReader::objects(std::string_view key) {
  const auto* const elements = array(key);
  if (elements == nullptr) return std::nullopt;
  std::vector<ObjectReader> readers;
  for (const auto& element : *elements) {
    readers.push_back(member(element, path_of(key) + "[" + std::to_string(readers.size()) + "]"));
  }
  return readers;
}

void ObjectReader::refuse_unread() const {
  for (const auto& [key, value] : json_->items()) {
    if (asked_.contains(key)) continue;
    std::string remedy = "leave it out";
    if (const auto near = text::nearest_key(key, asked_)) {
      remedy = "did you mean \"" + std::string(*near) + "\"?";
    }
    throw Error(Code::unsupported_field,
                text::display(path_of(key)) + ": " + text::display_json(value) +
                    " is not supported: rxlease knows no such key",
                remedy);
  }
}

void ObjectReader::refuse(std::string_view key, const std::string& what, const std::string& remedy) const {
  if (has(key)) refuse_value(path_of(key), *json_->find(key), what, remedy);
  throw Error(Code::invalid_config,
              (source_.empty() ? "" : source_ + ": ") + text::display(path_of(key)) + " " + what, remedy);
}

std::string ObjectReader::path_of(std::string_view key) const {
  return (path_.empty() ? "" : path_ + ".").append(key);
}

ObjectReader ObjectReader::member(const nlohmann::json& json, std::string path) const {
  return {json, std::move(path), source_};
}

const nlohmann::json* ObjectReader::array(std::string_view key) {
  const auto* const value = find(key);
  if (value != nullptr && !value->is_array()) refuse(key, "is not an array", "use an array: [ ... ]");
  return value;
}

void ObjectReader::refuse_value(const std::string& path, const nlohmann::json& value, const std::string& what,
                                const std::string& remedy) const {
  std::string message = source_.empty() ? "" : source_ + ": ";
  if (!path.empty()) message += text::display(path) + ": ";
  throw Error(Code::invalid_config, message + text::display_json(value) + " " + what, remedy);
}

}  // namespace rxlease::cni
