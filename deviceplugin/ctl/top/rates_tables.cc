// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/top/rates_tables.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "deviceplugin/ctl/terminal/table.h"

namespace rxlease::deviceplugin::ctl {

namespace {

// "1.23", "12.3", "123"
std::string three_digits(double value) {
  std::array<char, 32> text{};
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::vector<Cell> cells_with(std::vector<Cell> cells, const Rate& rate) {
  cells.emplace_back(scaled(rate.packets));
  cells.emplace_back(scaled(rate.bytes));
  cells.emplace_back(scaled(rate.drops), rate.drops.value_or(0) > 0 ? Tone::bad : Tone::plain);
  return cells;
}

std::string name_of(const Owner& owner) {
  return owner.pod().empty() ? owner.netns : owner.pod();
}

std::string nics_table(const Rates& rates, const Style& style) {
  if (rates.nics.empty()) return "This node has no NIC.\n";
  Table table({"NIC", "INTERFACE", "PACKETS/S", "BYTES/S", "DROPS/S"});
  for (const auto& nic : rates.nics) table.add(cells_with({nic.name, nic.ifname}, nic.rate));
  return table.to_string(style);
}

std::string pods_table(const Rates& rates, const Style& style) {
  if (rates.pods.empty()) return "No pod has a queue.\n";
  Table table({"POD", "QUEUES", "PACKETS/S", "BYTES/S", "DROPS/S"});
  for (const auto& pod : rates.pods) {
    table.add(cells_with({name_of(pod.owner), std::to_string(pod.queues)}, pod.rate));
  }
  return table.to_string(style);
}

std::string queues_table(const Rates& rates, const Style& style) {
  if (rates.queues.empty()) return "There is no queue to lease.\n";
  Table table({"DEVICE", "POOL", "POD", "PACKETS/S", "BYTES/S", "DROPS/S"});
  for (const auto& queue : rates.queues) {
    const auto pod = queue.owner ? name_of(*queue.owner) : "";
    table.add(cells_with({queue.id.to_string(), queue.pool, pod}, queue.rate));
  }
  return table.to_string(style);
}

std::string topic_table(const Rates& rates, TopTopic topic, const Style& style) {
  switch (topic) {
    case TopTopic::nics:
      return nics_table(rates, style);
    case TopTopic::pods:
      return pods_table(rates, style);
    case TopTopic::queues:
      return queues_table(rates, style);
    case TopTopic::all:
      break;
  }
  return nics_table(rates, style) + "\n" + pods_table(rates, style) + "\n" + queues_table(rates, style);
}

// The first lines that a terminal has place for, below which its cursor stands.
std::string as_high_as(std::string text, std::size_t height) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  if (height < 3 || lines < height) return text;
  const auto kept = height - 2;
  std::size_t end = 0;
  for (std::size_t i = 0; i < kept; ++i) end = text.find('\n', end) + 1;
  text.resize(end);
  return text + "and " + std::to_string(lines - kept) + " lines more\n";
}

}  // namespace

std::string scaled(const std::optional<double>& value) {
  if (!value) return "";
  if (*value == 0) return "0";
  double rest = *value;
  for (const char* prefix : {"", "k", "M", "G"}) {
    if (rest < 999.5) return three_digits(rest) + prefix;
    rest /= 1000;
  }
  return three_digits(rest) + "T";
}

std::string to_tables(const Rates& rates, TopTopic topic, const Style& style) {
  auto text = topic_table(rates, topic, style);
  return style.height ? as_high_as(std::move(text), *style.height) : text;
}

}  // namespace rxlease::deviceplugin::ctl
