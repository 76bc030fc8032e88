// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "deviceplugin/config/config.h"

namespace rxlease::deviceplugin::config {

// The file's words for the values of each enumeration, to read and to print them.
template <typename Value, std::size_t count>
using Words = std::array<std::pair<std::string_view, Value>, count>;

inline constexpr Words<PoolUse, 2> pool_use_words{
    {{"memory-provider", PoolUse::memory_provider}, {"afxdp", PoolUse::af_xdp}}};
inline constexpr Words<Rss, 2> rss_words{{{"exclude", Rss::exclude}, {"keep", Rss::keep}}};
inline constexpr Words<IrqAffinity, 2> irq_affinity_words{
    {{"follow", IrqAffinity::follow}, {"keep", IrqAffinity::keep}}};
inline constexpr Words<kernel::NapiThreaded, 3> napi_threaded_words{
    {{"disabled", kernel::NapiThreaded::disabled},
     {"enabled", kernel::NapiThreaded::enabled},
     {"busy-poll", kernel::NapiThreaded::busy_poll}}};
inline constexpr Words<LogLevel, 5> log_level_words{{{"trace", LogLevel::trace},
                                                     {"debug", LogLevel::debug},
                                                     {"info", LogLevel::info},
                                                     {"warn", LogLevel::warn},
                                                     {"error", LogLevel::error}}};
inline constexpr Words<LogFormat, 2> log_format_words{{{"text", LogFormat::text}, {"json", LogFormat::json}}};
inline constexpr Words<ForeignLeases, 2> foreign_lease_words{
    {{"report", ForeignLeases::report}, {"reclaim", ForeignLeases::reclaim}}};
inline constexpr Words<Guard, 3> guard_words{
    {{"off", Guard::off}, {"pool", Guard::pool}, {"nic", Guard::nic}}};

// REQUIRES: the value is among the words.
template <typename Value, std::size_t count>
constexpr std::string_view word_for(const Words<Value, count>& words, Value value) {
  for (const auto& [word, meaning] : words) {
    if (meaning == value) return word;
  }
  return {};
}

}  // namespace rxlease::deviceplugin::config
