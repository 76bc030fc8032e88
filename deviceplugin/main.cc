// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <string>

#include "deviceplugin/config.h"
#include "deviceplugin/daemon.h"
#include "deviceplugin/restore.h"
#include "kernel/netns.h"

namespace {

int check_config(const std::string& file) {
  const auto loaded = rxlease::deviceplugin::load_config(file);
  for (const auto& problem : loaded.problems) std::fprintf(stderr, "%s\n", problem.to_string().c_str());
  if (!loaded.config.pools.empty()) std::fputs(effective_yaml(loaded.config).c_str(), stdout);
  return loaded.problems.empty() ? 0 : 1;
}

// Uninstalling may have removed the file already: without it in its usual place the usual directories count.
int restore(const std::string& file, bool named) {
  namespace dp = rxlease::deviceplugin;
  const auto config = !named && access(file.c_str(), F_OK) != 0 ? dp::Config{} : dp::load_config(file).config;
  rxlease::kernel::LinuxNamespace host(rxlease::kernel::NetNs::current());
  return dp::restore_nics(host, "/sys", config, std::cout) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Advertises leasable NIC receive queues to kubelet.", "rxlease-device-plugin");
  std::string file = "/etc/rxlease/config.yaml";
  bool check_only = false;
  bool restore_only = false;
  auto* file_option = app.add_option("--config", file, "the configuration file")->capture_default_str();
  app.add_flag("--check-config", check_only, "check the configuration, print the effective one, and end");
  app.add_flag("--restore", restore_only,
               "give back every NIC that was prepared, say what that was, and end: 0 when none is left")
      ->excludes("--check-config");
  app.set_version_flag("--version", "rxlease-device-plugin " RXLEASE_VERSION);
  CLI11_PARSE(app, argc, argv);
  try {
    if (check_only) return check_config(file);
    if (restore_only) return restore(file, file_option->count() != 0);
    rxlease::deviceplugin::Daemon(file).run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rxlease-device-plugin: %s\n", error.what());
    return 1;
  }
}
