// SPDX-License-Identifier: Apache-2.0
#include "text/display.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace rxlease::text {
namespace {

TEST(Display, PutsTextInQuotationMarks) {
  EXPECT_EQ(display("eth0"), R"("eth0")");
  EXPECT_EQ(display("a \"b\"\n"), R"("a \"b\"\n")");
}

TEST(Display, ShowsValuesAsJson) {
  EXPECT_EQ(display_json(5), "5");
  EXPECT_EQ(display_json({{"a", {1, nullptr}}}), R"({"a":[1,null]})");
}

TEST(Display, IsPrintableAscii) {
  EXPECT_EQ(display("\u00fc\x1b"), R"("\u00fc\u001b")");
  EXPECT_EQ(display("\xff"), R"("\ufffd")") << "not UTF-8";
}

TEST(EscapeControlCharacters, LeavesNothingThatForgesALineOrMovesACursor) {
  EXPECT_EQ(escape_control_characters("a\nb\tc\r\x1b[2J\x7f"), "a\\nb\\tc\\x0d\\x1b[2J\\x7f");
  EXPECT_EQ(escape_control_characters("caf\xc3\xa9 \xc2\x9b"), "caf\xc3\xa9 \\x9b");
}

TEST(Display, HasAtMost64Characters) {
  EXPECT_EQ(display(std::string(62, 'a')).size(), 64U);
  EXPECT_EQ(display(std::string(63, 'a')), '"' + std::string(60, 'a') + "...");
}

}  // namespace
}  // namespace rxlease::text
