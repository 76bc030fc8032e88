// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/install/plugin_version.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::install {
namespace {

class VersionOfProgram : public testing::Test {
 protected:
  std::string script(const std::string& body) {
    const auto path = directory / "program";
    std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
    chmod(path.c_str(), 0755);
    return path;
  }

  tests::ScratchDirectory directory;
};

TEST_F(VersionOfProgram, IsTheFirstLineItPrints) {
  EXPECT_EQ(version_of_program(script("echo \"rxlease $1\"; echo more")), "rxlease --version");
}

TEST_F(VersionOfProgram, IsUnknownWhenTheProgramFails) {
  EXPECT_FALSE(version_of_program(script("echo rxlease 1; exit 1")));
  EXPECT_FALSE(version_of_program(script("echo rxlease 1; kill -9 $$")));
}

TEST_F(VersionOfProgram, IsUnknownWithoutAProgram) {
  EXPECT_FALSE(version_of_program(directory / "none"));
  EXPECT_FALSE(version_of_program(directory.path().string()));
}

TEST_F(VersionOfProgram, IsUnknownWhenItNeverEnds) {
  EXPECT_FALSE(version_of_program(script("exec yes rxlease")));
}

}  // namespace
}  // namespace rxlease::deviceplugin::install
