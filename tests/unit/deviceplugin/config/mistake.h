// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "deviceplugin/config/load.h"

namespace rxlease::deviceplugin::config {

// One mistake in a configuration file, and what the person who made it has to be told.
struct Mistake {
  std::string name;
  std::string text;
  std::string where;               // LINE:COLUMN; empty: the file as a whole
  std::string key;                 // empty: none in particular
  std::vector<std::string> parts;  // each of them has to be in the message: value and remedy
};

// Texts may hold bytes that no report can: the name has to do.
inline void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.name;
}

// Named as GoogleTest wants it.
inline std::string name_of(const testing::TestParamInfo<Mistake>& info) {
  return info.param.name;
}

inline constexpr const char* file_name = "/etc/rxlease/config.yaml";

// The problem is the only one, and says all that it should.
inline void expect_explained(const std::vector<Problem>& problems, const Mistake& mistake) {
  ASSERT_FALSE(problems.empty()) << "nothing is wrong with:\n" << mistake.text;
  const auto message = problems.front().to_string();
  EXPECT_EQ(problems.size(), 1U) << message << "\n" << problems.back().to_string();
  auto begin = file_name + (mistake.where.empty() ? "" : ":" + mistake.where) + ": ";
  if (!mistake.key.empty()) begin += mistake.key + ": ";
  EXPECT_TRUE(message.starts_with(begin)) << message << "\ndoes not begin with " << begin;
  for (const auto& part : mistake.parts) {
    EXPECT_NE(message.find(part), std::string::npos) << message << "\nlacks " << part;
  }
}

inline constexpr const char* good_pool =
    "pools:\n- {name: good, selectors: {interfaces: [eth0]}, queues: {ids: [8-15]}}\n";

// Reads the second of two pools. The first has to be read whatever the second is like.
inline std::vector<Problem> problems_of_second(const std::string& pool) {
  const auto loaded = parse_config(good_pool + pool, file_name);
  EXPECT_EQ(loaded.config.pools.size(), 1U);
  EXPECT_EQ(loaded.config.pools.front().name, "good");
  return loaded.problems;
}

}  // namespace rxlease::deviceplugin::config
