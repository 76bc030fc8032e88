// SPDX-License-Identifier: Apache-2.0
//
// The seccomp profiles: the daemon's, and that of pods.
#include <gmock/gmock.h>

#include "tests/unit/deviceplugin/install/installer_fixture.h"

namespace rxlease::deviceplugin::install {
namespace {

using kernel::read_file;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(Installer, InstallsASeccompProfileAndReplacesItsOwn) {
  EXPECT_EQ(install_seccomp(config, profile()), "installed " + installed_profile);
  EXPECT_EQ(install_seccomp(config, profile()), installed_profile + " is there already");
  install_seccomp(config, profile("SCMP_ACT_KILL"));
  EXPECT_THAT(*read_file(installed_profile), HasSubstr("SCMP_ACT_KILL"));
  write(installed_profile, "by hand");
  EXPECT_THAT(
      error_of([&] { install_seccomp(config, profile()); }),
      HasSubstr(installed_profile + " was not installed by rxlease, or was changed since; remove it"));
}

TEST_F(Installer, InstallsTheSeccompProfileOfPodsAndReplacesItsOwn) {
  EXPECT_EQ(install_pod_seccomp(config, profile()), "installed " + installed_pod_profile);
  EXPECT_EQ(install_pod_seccomp(config, profile()), installed_pod_profile + " is there already");
  install_pod_seccomp(config, profile("SCMP_ACT_KILL"));
  EXPECT_THAT(*read_file(installed_pod_profile), HasSubstr("SCMP_ACT_KILL"));
  EXPECT_THAT(uninstall(config), ElementsAre("removed " + installed_pod_profile));
}

TEST_F(Installer, LeavesTheSeccompProfileOfPodsThatSomebodyElseHasPutThere) {
  install_seccomp(config, profile());
  write(installed_pod_profile, "by hand");
  EXPECT_EQ(install_pod_seccomp(config, profile()),
            installed_pod_profile + " was not installed by rxlease, or was changed since, and stays");
  EXPECT_EQ(read_file(installed_pod_profile), "by hand");
  uninstall(config);
  EXPECT_EQ(read_file(installed_pod_profile), "by hand");
}

TEST_F(Installer, RefusesASeccompProfileThatNoRuntimeWouldTake) {
  for (const auto* text :
       {"", "[]", R"({"defaultAction": 1, "syscalls": []})", R"({"defaultAction": "SCMP_ACT_ERRNO"})"}) {
    write(node / "seccomp.json", text);
    EXPECT_THAT(error_of([&] { install_seccomp(config, node / "seccomp.json"); }),
                HasSubstr("is no seccomp profile; it needs"));
    EXPECT_THAT(error_of([&] { install_pod_seccomp(config, node / "seccomp.json"); }),
                HasSubstr("is no seccomp profile; it needs"));
  }
  config.kubelet_directory = "/proc/kubelet";
  EXPECT_THAT(error_of([&] { install_seccomp(config, profile()); }), HasSubstr("kubeletDirectory"));
  EXPECT_FALSE(read_file(installed_profile));
}

}  // namespace
}  // namespace rxlease::deviceplugin::install
