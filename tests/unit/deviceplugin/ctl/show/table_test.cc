// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/table.h"

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

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
