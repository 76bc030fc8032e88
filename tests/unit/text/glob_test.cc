// SPDX-License-Identifier: Apache-2.0
#include "text/glob.h"

#include <gtest/gtest.h>

namespace rxlease::text {
namespace {

TEST(Glob, MatchesTheWholeName) {
  EXPECT_TRUE(glob_matches("eth0", "eth0"));
  EXPECT_FALSE(glob_matches("eth0", "eth01"));
  EXPECT_FALSE(glob_matches("eth01", "eth0"));
  EXPECT_FALSE(glob_matches("eth?", "eth"));
}

TEST(Glob, StarsTakeAnything) {
  EXPECT_TRUE(glob_matches("*", "eth0"));
  EXPECT_TRUE(glob_matches("enp*np0", "enp10s0f0np0"));
  EXPECT_TRUE(glob_matches("e*n*0", "enp0np0"));
  EXPECT_TRUE(glob_matches("eth0*", "eth0"));
  EXPECT_FALSE(glob_matches("enp*np1", "enp10s0f0np0"));
  EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaa"));
}

TEST(Glob, SetsTakeOneCharacter) {
  EXPECT_TRUE(glob_matches("eth[0-3]", "eth3"));
  EXPECT_FALSE(glob_matches("eth[0-3]", "eth4"));
  EXPECT_TRUE(glob_matches("eth[!0-3]", "eth4"));
  EXPECT_FALSE(glob_matches("eth[^4]", "eth4"));
  EXPECT_TRUE(glob_matches("eth[a-]", "eth-"));
  EXPECT_TRUE(glob_matches("[ab]*[01]", "b-0"));
}

TEST(Glob, FaultsAreNamed) {
  EXPECT_EQ(glob_fault("enp*[0-3]"), std::nullopt);
  EXPECT_EQ(glob_fault("*abcdefghijklmno*"), std::nullopt);
  EXPECT_NE(glob_fault(""), std::nullopt);
  EXPECT_NE(glob_fault("[!]"), std::nullopt);
  EXPECT_NE(glob_fault("[9-0]"), std::nullopt);
  EXPECT_NE(glob_fault("a["), std::nullopt);
  EXPECT_NE(glob_fault("a:b"), std::nullopt);
  EXPECT_NE(glob_fault("[[.a.]]"), std::nullopt);  // classes of POSIX, which fnmatch() knows
  EXPECT_NE(glob_fault("[[=a=]]"), std::nullopt);
  EXPECT_EQ(glob_fault("an-alternative-name-may-be-long[01]?"), std::nullopt);
  EXPECT_NE(glob_fault(std::string(126, 'a') + "[op]?"), std::nullopt);
}

TEST(Glob, LiteralsMatchThemselvesOnly) {
  EXPECT_TRUE(is_literal("eth0"));
  EXPECT_FALSE(is_literal("eth?"));
  EXPECT_FALSE(is_literal("eth*"));
  EXPECT_FALSE(is_literal("eth[0]"));
}

}  // namespace
}  // namespace rxlease::text
