// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "deviceplugin/config.h"
#include "deviceplugin/daemon.h"

namespace {

int check_config(const std::string& file) {
  const auto loaded = rxlease::deviceplugin::load_config(file);
  for (const auto& problem : loaded.problems) std::fprintf(stderr, "%s\n", problem.to_string().c_str());
  if (!loaded.config.pools.empty()) std::fputs(effective_yaml(loaded.config).c_str(), stdout);
  return loaded.problems.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Advertises leasable NIC receive queues to kubelet.", "rxlease-device-plugin");
  std::string file = "/etc/rxlease/config.yaml";
  bool check_only = false;
  app.add_option("--config", file, "the configuration file")->capture_default_str();
  app.add_flag("--check-config", check_only, "check the configuration, print the effective one, and end");
  app.set_version_flag("--version", "rxlease-device-plugin " RXLEASE_VERSION);
  CLI11_PARSE(app, argc, argv);
  try {
    if (check_only) return check_config(file);
    rxlease::deviceplugin::Daemon(file).run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rxlease-device-plugin: %s\n", error.what());
    return 1;
  }
}
