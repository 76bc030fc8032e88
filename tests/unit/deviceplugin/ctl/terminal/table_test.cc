// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/terminal/table.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::ctl {
namespace {

TEST(Table, AlignsItsColumns) {
  Table table({"A", "LONG HEADING", "C"});
  table.add({"1", "2", "3"});
  table.add({"longer", "x", "y"});
  EXPECT_EQ(table.to_string(),
            "A       LONG HEADING  C\n"
            "1       2             3\n"
            "longer  x             y\n");
}

TEST(Table, CountsCharactersAndNotBytes) {
  Table table({"A", "B"});
  table.add({"né…", "x"});
  EXPECT_EQ(table.to_string(), "A    B\nné…  x\n");
}

TEST(Table, ShowsADashForAnEmptyCell) {
  Table table({"A", "B"});
  table.add({"", ""});
  EXPECT_EQ(table.to_string(), "A  B\n-  -\n");
}

TEST(Table, LetsNoCellForgeALine) {
  Table table({"A"});
  table.add({"x\nok\x1b[2J\x7f"});
  EXPECT_EQ(table.to_string(), "A\nx?ok?[2J?\n");
}

TEST(Table, BreaksItsLastColumnWhereItIsWiderThanTheTerminal) {
  Table table({"A", "REASON"});
  table.add({"1", "its NIC is down, and nobody has set it up"});
  table.add({"2", "unbrokenbecauseitisasingleword"});
  EXPECT_EQ(table.to_string({.color = false, .width = 20, .height = 24}),
            "A  REASON\n"
            "1  its NIC is down,\n"
            "   and nobody has\n"
            "   set it up\n"
            "2  unbrokenbecauseitisasingleword\n");
}

TEST(Table, StaysAsItIsWhereTheLastColumnWouldHaveNoPlace) {
  Table table({"A", "REASON"});
  table.add({"a name that is long", "its NIC is down"});
  EXPECT_EQ(table.to_string({.color = false, .width = 30, .height = 24}), table.to_string());
}

TEST(Table, ColoursWordsAndNotBlanks) {
  Table table({"A", "HEALTH"});
  table.add({"long", {"unhealthy", Tone::bad}});
  EXPECT_EQ(table.to_string({.color = true, .width = 80, .height = 24}),
            "\x1b[1mA\x1b[0m     \x1b[1mHEALTH\x1b[0m\nlong  \x1b[31munhealthy\x1b[0m\n");
}

TEST(Table, ColoursEachLineOfABrokenCellByItself) {
  Table table({"REASON"});
  table.add({{"down since noon today", Tone::bad}});
  EXPECT_EQ(table.to_string({.color = true, .width = 16, .height = 24}),
            "\x1b[1mREASON\x1b[0m\n\x1b[31mdown since noon\x1b[0m\n\x1b[31mtoday\x1b[0m\n");
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
