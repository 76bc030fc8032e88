// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/findings.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "deviceplugin/ctl/terminal/wrap.h"

namespace rxlease::deviceplugin::ctl {

namespace {

std::string name_of(Level level) {
  switch (level) {
    case Level::ok:
      return "ok";
    case Level::warning:
      return "warning";
    case Level::missing:
      break;
  }
  return "missing";
}

Tone tone_of(Level level) {
  switch (level) {
    case Level::ok:
      return Tone::good;
    case Level::warning:
      return Tone::doubtful;
    case Level::missing:
      break;
  }
  return Tone::bad;
}

}  // namespace

void Findings::cannot_tell(const std::string& subject, const char* why) {
  warning(subject, std::string("it could not be checked: ") + why, "run it again as root");
}

std::size_t Findings::count(Level level) const {
  return static_cast<std::size_t>(std::ranges::count(list_, level, &Finding::level));
}

std::string Findings::to_text(const Style& style) const {
  constexpr std::size_t indent = 9;  // behind "missing" and "warning", the longest
  constexpr std::size_t least = 40;  // in narrower terminals lines are longer than these
  std::string text;
  for (const auto& finding : list_) {
    const auto level = name_of(finding.level);
    text.append(painted(level, tone_of(finding.level), style)).append(indent - level.size(), ' ');
    auto sentence = finding.subject + ": " + finding.what;
    if (!finding.remedy.empty()) sentence += "; " + finding.remedy;
    const auto width = style.width ? std::max(least, *style.width) - indent : sentence.size();
    std::size_t owed = 0;  // blanks before the next line
    for (const auto& line : wrapped(sentence, width)) {
      text.append(owed, ' ').append(line).append("\n");
      owed = indent;
    }
  }
  return text + std::to_string(count(Level::ok)) + " ok, " + std::to_string(count(Level::warning)) +
         " warning, " + std::to_string(count(Level::missing)) + " missing\n";
}

std::string Findings::to_json_text() const {
  using json = nlohmann::ordered_json;
  auto list = json::array();
  for (const auto& finding : list_) {
    list.push_back({{"level", name_of(finding.level)},
                    {"subject", finding.subject},
                    {"what", finding.what},
                    {"remedy", finding.remedy.empty() ? json() : json(finding.remedy)}});
  }
  const json object{{"ok", count(Level::ok)},
                    {"warning", count(Level::warning)},
                    {"missing", count(Level::missing)},
                    {"findings", std::move(list)}};
  return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace rxlease::deviceplugin::ctl
