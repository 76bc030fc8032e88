// SPDX-License-Identifier: Apache-2.0
#include "kernel/mac.h"

#include <gtest/gtest.h>

namespace rxlease::kernel {
namespace {

TEST(MacAddress, ReadsAndWritesSixOctets) {
  EXPECT_EQ(MacAddress::parse("02:0A:ff:00:00:01")->to_string(), "02:0a:ff:00:00:01");
  for (const char* text :
       {"", "02:0a:ff:00:00", "02:0a:ff:00:00:0g", "02-0a-ff-00-00-01", "02:0a:ff:00:00:01:02"}) {
    EXPECT_FALSE(MacAddress::parse(text)) << text;
  }
}

TEST(MacAddress, NeitherGroupsNorZerosCanBeGiven) {
  EXPECT_TRUE(MacAddress::parse("02:00:00:00:00:01")->is_assignable());
  EXPECT_FALSE(MacAddress::parse("03:00:00:00:00:01")->is_assignable());
  EXPECT_FALSE(MacAddress::parse("00:00:00:00:00:00")->is_assignable());
}

}  // namespace
}  // namespace rxlease::kernel
