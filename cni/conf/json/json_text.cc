// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/json/json_text.h"

#include <algorithm>
#include <set>
#include <vector>

#include "cni/spec/error.h"
#include "text/display.h"

namespace rxlease::cni {

namespace {

using Event = nlohmann::json::parse_event_t;

constexpr std::size_t longest_text = std::size_t{1} << 20U;
constexpr std::size_t deepest_level = 64;

// Follows the parser, and throws as soon as the text breaks one of our rules that JSON does not have.
class StructureRules {
 public:
  StructureRules(const std::string& source, RepeatedKeys repeated) : source_(source), repeated_(repeated) {}

  void see(Event event, const nlohmann::json& parsed) {
    switch (event) {
      case Event::object_start:
      case Event::array_start:
        open();
        break;
      case Event::object_end:
      case Event::array_end:
        levels_.pop_back();
        break;
      case Event::key:
        see_key(parsed.get_ref<const std::string&>());
        break;
      case Event::value:
        break;
    }
  }

 private:
  struct Level {
    std::set<std::string> keys;
    std::string current_key;
  };

  void open() {
    if (levels_.size() == deepest_level) {
      throw Error(Code::decode_failure, source_ + " has objects and arrays more than 64 deep",
                  "nest less: nothing that a network needs goes so deep");
    }
    levels_.emplace_back();
  }

  void see_key(const std::string& key) {
    auto& level = levels_.back();
    level.current_key = key;
    if (level.keys.insert(key).second || repeated_ == RepeatedKeys::last_counts) return;
    throw Error(Code::decode_failure, source_ + " has " + text::display(path()) + " twice",
                "give each key of an object once");
  }

  std::string path() const {
    std::string path;
    for (const auto& level : levels_) {
      if (level.current_key.empty()) continue;  // an array
      path.append(path.empty() ? "" : ".").append(level.current_key);
    }
    return path;
  }

  const std::string& source_;
  RepeatedKeys repeated_;
  std::vector<Level> levels_;
};

// "line 2, column 7" of the `offset`th byte, which counts from 1.
std::string position(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset == 0 ? 0 : offset - 1);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto line_break = before.rfind('\n');
  const auto column = before.size() - (line_break == std::string_view::npos ? 0 : line_break + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// The parser's message without its machine-readable beginning, made printable because it quotes the text.
std::string explanation(const nlohmann::json::exception& error) {
  constexpr std::size_t longest_explanation = 200;
  std::string text = error.what();
  const auto head = text.find("] ");
  if (head != std::string::npos) text.erase(0, head + 2);
  if (text.size() > longest_explanation) text.resize(longest_explanation);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c >= 0x7f; }, '?');
  return text;
}

}  // namespace

nlohmann::json parse_json(std::string_view text, const std::string& source, RepeatedKeys repeated) {
  if (text.size() > longest_text) {
    throw Error(Code::decode_failure, source + " is longer than 1 MiB", "shorten it");
  }
  StructureRules rules(source, repeated);
  try {
    return nlohmann::json::parse(text, [&rules](int /*depth*/, Event event, nlohmann::json& parsed) {
      rules.see(event, parsed);
      return true;
    });
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(Code::decode_failure, source + " is not JSON: " + position(text, error.byte),
                explanation(error));
  } catch (const nlohmann::json::exception& error) {  // a number out of range
    throw Error(Code::decode_failure, source + " is not JSON that can be read", explanation(error));
  }
}

}  // namespace rxlease::cni
