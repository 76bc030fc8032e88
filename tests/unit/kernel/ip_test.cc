// SPDX-License-Identifier: Apache-2.0
#include "kernel/ip.h"

#include <gtest/gtest.h>

namespace rxlease::kernel {
namespace {

TEST(IpAddress, ReadsBothFamiliesAndWritesThemInTheirUsualForm) {
  EXPECT_EQ(IpAddress::parse("10.22.0.5")->to_string(), "10.22.0.5");
  EXPECT_EQ(IpAddress::parse("FD00:0:0::1")->to_string(), "fd00::1");
}

TEST(IpAddress, RefusesWhatIsNone) {
  using std::string_literals::operator""s;
  for (const auto& text : {""s, "10.0.0"s, "10.0.0.256"s, "fe80::1%eth0"s, "10.0.0.1/8"s, "10.0.0.1\0x"s}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpPrefix, ClearsHostBitsOfItsNetworkOnly) {
  EXPECT_EQ(IpPrefix::parse("10.22.7.5/20")->network().to_string(), "10.22.0.0/20");
  EXPECT_EQ(IpPrefix::parse("fd00::5/64")->network().to_string(), "fd00::/64");
  EXPECT_EQ(IpPrefix::parse("10.22.7.5/20")->to_string(), "10.22.7.5/20");
  EXPECT_EQ(IpPrefix::parse("1.2.3.4/0")->network().to_string(), "0.0.0.0/0");
}

TEST(IpPrefix, RefusesLengthsBeyondItsFamily) {
  for (const char* text :
       {"10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0", "10.0.0.0/-1", "10.0.0.0/8x"}) {
    EXPECT_FALSE(IpPrefix::parse(text)) << text;
  }
}

}  // namespace
}  // namespace rxlease::kernel
