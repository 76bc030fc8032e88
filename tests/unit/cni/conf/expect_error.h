// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cni/spec/error.h"

namespace rxlease::cni {

// Runs `action` and returns the Error that it throws. Without one the test fails.
template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {Code::io_failure, "nothing was thrown"};
}

// Compares an Error's code, and looks for each of `message` and `details` in the text of that name.
inline void expect_error(const Error& error, Code code, const std::vector<std::string>& message,
                         const std::vector<std::string>& details) {
  const std::string text = error.what();
  EXPECT_EQ(error.code(), static_cast<unsigned>(code)) << text << "\n" << error.details();
  for (const auto& part : message)
    EXPECT_NE(text.find(part), std::string::npos) << text << "\nlacks " << part;
  for (const auto& part : details) {
    EXPECT_NE(error.details().find(part), std::string::npos) << error.details() << "\nlacks " << part;
  }
}

}  // namespace rxlease::cni
