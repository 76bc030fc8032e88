// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/pin_names.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::xdp {
namespace {

TEST(PinNames, HaveNeitherDotNorColonAndLeadBack) {
  EXPECT_EQ(pin_name_of("0000:0a:00.0.p0"), "0000=0a=00+0+p0");
  EXPECT_EQ(nic_of_pin_name("0000=0a=00+0+p0"), "0000:0a:00.0.p0");
  EXPECT_EQ(nic_of_pin_name("0000:0a:00+0+p0"), "0000:0a:00.0.p0");
}

TEST(PinNames, OfTheReleaseBeforeAreChangedAndOthersAreNot) {
  const tests::ScratchDirectory scratch;
  std::filesystem::create_directory(scratch / "0000:0a:00+0+p0");
  std::filesystem::create_directory(scratch / "mlx5_core+sf+2");
  rename_old_pins(scratch.path());
  rename_old_pins(scratch.path());
  EXPECT_TRUE(std::filesystem::is_directory(scratch / "0000=0a=00+0+p0"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "0000:0a:00+0+p0"));
  EXPECT_TRUE(std::filesystem::is_directory(scratch / "mlx5_core+sf+2"));
  rename_old_pins(scratch / "nothing");
}

}  // namespace
}  // namespace rxlease::deviceplugin::xdp
