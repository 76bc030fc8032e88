// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "cni/spec/error.h"

namespace rxlease::cni {

// As tables have them.
constexpr auto decode = Code::decode_failure;
constexpr auto incompatible = Code::incompatible_version;
constexpr auto unsupported = Code::unsupported_field;
constexpr auto invalid = Code::invalid_config;
constexpr auto environment = Code::invalid_environment;

// One mistake in the plugin's input, and what the person who made it has to be told.
struct Mistake {
  std::string name;
  std::string input;
  Code code;
  std::vector<std::string> message;  // each of them has to be in the message: field and value
  std::vector<std::string> details;  // and each of these in the details: the remedy
};

// Inputs may hold bytes that no report can: the name has to do.
inline void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.name;
}

// Named as GoogleTest wants it.

inline std::string name_of(const testing::TestParamInfo<Mistake>& info) {
  return info.param.name;
}

}  // namespace rxlease::cni
