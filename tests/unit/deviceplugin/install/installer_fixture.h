// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "deviceplugin/install/installer.h"
#include "kernel/files.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::install {

// A node of its own, in a directory, and what can be installed there.
class Installer : public testing::Test {
 protected:
  Installer() {
    config.cni_bin_directory = node / "opt/cni/bin";
    config.cni_conf_directory = node / "etc/cni/net.d";
    config.persistent_directory = node / "var/lib/rxlease";
    config.state_directory = node / "run/rxlease";
    config.kubelet_directory = node / "var/lib/kubelet";
  }

  // A program that answers --version with these words.
  std::string program(const std::string& words, const std::string& name = "rxlease") const {
    write(node / name, "#!/bin/sh\necho \"" + words + "\"\n");
    return node / name;
  }
  std::string conflist(const std::string& network = "fast", const std::string& type = "rxlease") const {
    write(node / "10-fast.conflist", R"({"cniVersion": "1.0.0", "name": ")" + network +
                                         R"(", "plugins": [{"type": ")" + type + R"("}]})");
    return node / "10-fast.conflist";
  }
  std::string profile(const std::string& action = "SCMP_ACT_ERRNO") const {
    write(node / "seccomp.json", R"({"defaultAction": ")" + action + R"(", "syscalls": []})");
    return node / "seccomp.json";
  }
  static void write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
    chmod(path.c_str(), 0755);
  }
  void someone_elses(const std::string& words) const {
    kernel::make_directory(config.cni_bin_directory, 0755);
    write(installed_plugin, "#!/bin/sh\necho " + words + "\n");
  }
  template <typename Call>
  static std::string error_of(Call call) {
    try {
      call();
    } catch (const InstallError& error) {
      return error.what();
    }
    return "no error";
  }

  tests::ScratchDirectory node;
  config::Config config;
  const std::string installed_plugin = node / "opt/cni/bin/rxlease";
  const std::string installed_list = node / "etc/cni/net.d/10-fast.conflist";
  const std::string installed_profile = node / "var/lib/kubelet/seccomp/rxlease-device-plugin.json";
  const std::string installed_pod_profile = node / "var/lib/kubelet/seccomp/rxlease.json";
  const std::string receipt = node / "var/lib/rxlease/installed.json";
};

}  // namespace rxlease::deviceplugin::install
