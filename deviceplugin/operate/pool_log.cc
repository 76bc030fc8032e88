// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/pool_log.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>

#include "text/queue_ranges.h"

namespace rxlease::deviceplugin::operate {

namespace {

// A sentence about one queue, or about no queue in particular, cut at the queue's number.
struct Sentence {
  std::string before;  // up to "-rx"
  std::optional<std::uint32_t> queue;
  std::string after;
};

Sentence cut(const std::string& text) {
  constexpr std::string_view mark = "-rx";
  const auto found = text.find(mark);
  if (found == std::string::npos) return {text, std::nullopt, ""};
  const auto* begin = text.data() + found + mark.size();
  std::uint32_t queue = 0;
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), queue);
  if (error != std::errc()) return {text, std::nullopt, ""};
  return {text.substr(0, found + mark.size()), queue, std::string(end)};
}

// A line of the log, made of the sentences that differ only in pool and queue.
struct Line {
  bool warns = false;
  std::string before;
  std::string after;
  std::set<std::string> pools;
  std::set<std::uint32_t> queues;

  bool takes(bool is_warning, const Sentence& sentence) const {
    return warns == is_warning && before == sentence.before && after == sentence.after;
  }

  std::string to_string() const {
    std::string line = pools.size() == 1 ? "pool " : "pools ";
    for (const auto& pool : pools) line += (pool == *pools.begin() ? "" : ", ") + pool;
    line += ": " + before;
    if (queues.size() == 1) line += std::to_string(*queues.begin());
    if (queues.size() > 1) line += text::ids_to_string({queues.begin(), queues.end()});
    return line + after;
  }
};

class Lines {
 public:
  void warn(const std::string& pool, const std::string& text) { add(true, pool, text); }
  void inform(const std::string& pool, const std::string& text) { add(false, pool, text); }

  void log() const {
    for (const auto& line : lines_) {
      spdlog::log(line.warns ? spdlog::level::warn : spdlog::level::info, "{}", line.to_string());
    }
  }

 private:
  void add(bool warns, const std::string& pool, const std::string& text) {
    const auto sentence = cut(text);
    auto line = std::ranges::find_if(lines_, [&](const auto& it) { return it.takes(warns, sentence); });
    if (line == lines_.end()) {
      lines_.push_back(Line{
          .warns = warns, .before = sentence.before, .after = sentence.after, .pools = {}, .queues = {}});
      line = std::prev(lines_.end());
    }
    line->pools.insert(pool);
    if (sentence.queue) line->queues.insert(*sentence.queue);
  }

  std::vector<Line> lines_;
};

void add_changes_of_queue(Lines& lines, const std::string& pool, const pools::DeviceState* was,
                          const pools::DeviceState& device) {
  if (was != nullptr && was->healthy == device.healthy && was->reason == device.reason) return;
  const auto id = device.id.to_string();
  if (device.healthy) {
    lines.inform(pool, id + " is healthy");
  } else {
    lines.warn(pool, id + " is unhealthy: " + device.reason);
  }
}

}  // namespace

void PoolLog::tell(const std::vector<pools::PoolState>& pools) {
  Lines lines;
  for (const auto& pool : pools) {
    const auto old = std::ranges::find(told_, pool.name, &pools::PoolState::name);
    const bool known = old != told_.end();
    for (const auto& problem : pool.problems) {
      const bool told = known && std::ranges::find(old->problems, problem) != old->problems.end();
      if (!told) lines.warn(pool.name, problem);
    }
    for (const auto& device : pool.devices) {
      add_changes_of_queue(lines, pool.name, known ? old->find(device.id) : nullptr, device);
    }
  }
  lines.log();
  told_ = pools;
}

}  // namespace rxlease::deviceplugin::operate
