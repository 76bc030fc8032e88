// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernel/device_id.h"
#include "kernel/ip.h"
#include "kernel/mac.h"

namespace rxlease::kernel {
namespace {

TEST(DeviceId, IsTheNicAndTheQueue) {
  const auto id = DeviceId::parse("0000:0a:00.0.p0.d2-rx15");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->nic, "0000:0a:00.0.p0.d2");
  EXPECT_EQ(id->queue, 15U);
  EXPECT_EQ(id->to_string(), "0000:0a:00.0.p0.d2-rx15");
}

TEST(DeviceId, TheLastMarkCounts) {
  EXPECT_EQ(DeviceId::parse("a-rx1-rx2")->nic, "a-rx1");
}

TEST(DeviceId, RefusesWhatIsNone) {
  for (const char* text : {"", "-rx1", "nic", "nic-rx", "nic-rx01", "nic-rx-1", "nic-rx4294967296",
                           "nic-rx1 ", "../x-rx1", "a/b-rx1", ".a-rx1", "nic-tx1", "nic-rx1x", "n\n-rx1"}) {
    EXPECT_FALSE(DeviceId::parse(text)) << text;
  }
}

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
