// SPDX-License-Identifier: Apache-2.0
#include <linux/capability.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>

#include "deviceplugin/config/config_file.h"
#include "deviceplugin/config/load.h"
#include "deviceplugin/config/print.h"
#include "deviceplugin/daemon.h"
#include "deviceplugin/guard/predecessor.h"
#include "deviceplugin/install/installer.h"
#include "deviceplugin/operate/http/ask_probe.h"
#include "deviceplugin/operate/logging.h"
#include "deviceplugin/operate/retry.h"
#include "deviceplugin/prepare/restore.h"
#include "kernel/netlink/netns.h"
#include "kernel/process/capabilities.h"
#include "kernel/process/descriptors.h"
#include "kernel/process/termination.h"

namespace {

using namespace rxlease::deviceplugin;

int check_config(const std::string& file) {
  const auto loaded = config::load_config(file);
  for (const auto& problem : loaded.problems) std::fprintf(stderr, "%s\n", problem.to_string().c_str());
  if (!loaded.config.pools.empty()) std::fputs(config::effective_yaml(loaded.config).c_str(), stdout);
  return loaded.problems.empty() ? 0 : 1;
}

// The file may have been removed before the uninstallation. If it is neither named nor in its usual place,
// the usual directories apply.
config::Config config_or_usual(const std::string& file, bool named) {
  return !named && access(file.c_str(), F_OK) != 0 ? config::Config{} : config::load_config(file).config;
}

constexpr std::chrono::seconds retry_interval{5};

int restore(const config::Config& config, bool wait, const rxlease::kernel::Fd& asked_to_end) {
  rxlease::kernel::LinuxNamespace host(rxlease::kernel::NetNs::current());
  const auto work = [&](std::ostream& out) {
    guard::await_end_of_predecessor(host, "/sys");  // of a daemon that was killed a moment ago
    return prepare::restore_nics(host, "/sys", config, out);
  };
  const bool done =
      wait ? operate::retry_until_done(work, retry_interval, asked_to_end, std::cout) : work(std::cout);
  return done ? 0 : 1;
}

// The plugin is installed beside the daemon.
std::string plugin_of_this_release() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rxlease";
}

int install_cni(const config::Config& config, const std::string& plugin, const std::string& conflist) {
  std::puts(install::install_plugin(config, plugin.empty() ? plugin_of_this_release() : plugin).c_str());
  if (!conflist.empty()) std::puts(install::install_conflist(config, conflist).c_str());
  return 0;
}

int install_seccomp(const config::Config& config, const std::string& profile,
                    const std::string& pod_profile) {
  if (!profile.empty()) std::puts(install::install_seccomp(config, profile).c_str());
  if (!pod_profile.empty()) std::puts(install::install_pod_seccomp(config, pod_profile).c_str());
  return 0;
}

int ask(const std::string& socket, const std::string& path) {
  const auto result = operate::ask_probe(socket, path);
  std::fputs(result.text.c_str(), result.well ? stdout : stderr);
  return result.well ? 0 : 1;
}

void wait_for(const rxlease::kernel::Fd& fd) {
  pollfd readable{fd.get(), POLLIN, 0};
  while (poll(&readable, 1, -1) != 1) {
  }
}

bool is_readable_within(std::chrono::milliseconds time, const rxlease::kernel::Fd& fd) {
  pollfd readable{fd.get(), POLLIN, 0};
  return poll(&readable, 1, static_cast<int>(time.count())) == 1;
}

// What the daemon needs while it runs, and a container of the chart has no other; root on a node has all.
// CAP_NET_ADMIN: leases and NICs. CAP_SYS_ADMIN: setns() and bpf(). CAP_SYS_PTRACE: to open a namespace by
// /proc/PID/ns/net, as some runtimes name it.
void give_up_other_rights() {
  rxlease::kernel::keep_only_capabilities({CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_SYS_PTRACE});
}

// What the log has been told of a daemon that cannot start. The same is news again after an hour: the daemon
// may have run in between.
class Told {
 public:
  bool is_news(const std::string& message) {
    constexpr std::chrono::hours again{1};
    const auto now = std::chrono::steady_clock::now();
    if (message == message_ && now < at_ + again) return false;
    message_ = message;
    at_ = now;
    return true;
  }
  bool anything() const { return !message_.empty(); }

 private:
  std::string message_;
  std::chrono::steady_clock::time_point at_;
};

// Nothing but a configuration that cannot be used at the start ends the daemon. It waits for whatever else it
// needs; kubelet's probe fails meanwhile.
int run_daemon(const std::string& file, const rxlease::kernel::Fd& asked_to_end) {
  give_up_other_rights();
  rxlease::kernel::ignore_other_signals();
  // One that comes before the daemon is there counts, too.
  const auto asked_to_reload = rxlease::kernel::block_hangup();
  rxlease::kernel::raise_descriptor_limit();
  operate::set_up_logging(config::log_settings_of_file(file));
  Told told;
  do {
    try {
      Daemon(file).run();
      return 0;
    } catch (const config::ConfigError& error) {
      const bool first = !told.anything();
      if (told.is_news(error.what())) {
        for (const auto& problem : error.problems()) spdlog::critical("{}", problem.to_string());
      }
      if (first) return 1;
    } catch (const StaleMount& error) {
      spdlog::critical("{}", error.what());
      return 1;
    } catch (const std::exception& error) {
      if (told.is_news(error.what())) {
        spdlog::error("the daemon cannot start, and tries again: {}", error.what());
      }
    }
  } while (!is_readable_within(retry_interval, asked_to_end));
  return 0;
}

int uninstall_cni(const config::Config& config, bool stay, const rxlease::kernel::Fd& asked_to_end) {
  const auto work = [&](std::ostream& out) {
    for (const auto& sentence : install::uninstall(config)) out << sentence << "\n";
    return true;  // a refusal is an exception
  };
  if (!stay) {
    work(std::cout);
    return 0;
  }
  if (!operate::retry_until_done(work, retry_interval, asked_to_end, std::cout)) return 1;
  wait_for(asked_to_end);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // First of all: a SIGTERM that comes before is lost for PID 1.
  const auto asked_to_end = rxlease::kernel::block_termination();
  CLI::App app("Advertises leasable NIC receive queues to kubelet.", "rxlease-device-plugin");
  app.require_subcommand(0, 1);
  app.fallthrough();
  std::string file = "/etc/rxlease/config.yaml";
  bool check_only = false;
  bool restore_only = false;
  bool wait = false;
  auto* file_option = app.add_option("--config", file, "the configuration file")->capture_default_str();
  app.add_flag("--check-config", check_only, "check the configuration, print the effective one, and end");
  auto* restore_flag =
      app.add_flag("--restore", restore_only,
                   "give back every NIC that was prepared, say what that was, and end: 0 when none is left")
          ->excludes("--check-config");
  app.add_flag("--wait", wait, "with --restore: try again until none is left")->needs(restore_flag);
  app.set_version_flag("--version", "rxlease-device-plugin " RXLEASE_VERSION);

  std::string plugin;
  std::string conflist;
  auto* install = app.add_subcommand("install-cni", "Put the CNI plugin where the runtime looks, and end");
  install->add_option("--plugin", plugin, "the plugin's program; without it the one beside this program");
  install->add_option("--conflist", conflist, "a network configuration list to install as well");

  std::string profile;
  std::string pod_profile;
  auto* install_profiles =
      app.add_subcommand("install-seccomp", "Put seccomp profiles where kubelet looks, and end");
  install_profiles->add_option("--profile", profile, "the daemon's, for rxlease-device-plugin.json");
  install_profiles->add_option("--pod-profile", pod_profile,
                               "that of pods that use io_uring, for rxlease.json");
  install_profiles->require_option(1, 0);

  bool stay = false;
  auto* remove = app.add_subcommand("uninstall-cni", "Remove what was installed, and end");
  remove->add_flag(
      "--stay", stay,
      "try again until all is removed, and do not end before asked to, as the pod of a DaemonSet must not");

  bool ready = false;
  std::string probes = "/run/rxlease/probes.sock";
  auto* probe = app.add_subcommand(
      "probe",
      "Ask the daemon that runs whether its loop comes round; print the answer, and end with 0 if so");
  probe->add_option("--socket", probes, "probes.sock in the daemon's stateDirectory")->capture_default_str();
  probe->add_flag("--ready", ready, "ask whether it is registered with kubelet, too");

  CLI11_PARSE(app, argc, argv);
  const bool named = file_option->count() != 0;
  const bool waits = wait || stay;
  const bool is_daemon = !check_only && !restore_only && app.get_subcommands().empty();
  if (!waits && !is_daemon) rxlease::kernel::unblock_termination();
  try {
    if (check_only) return check_config(file);
    if (restore_only) return restore(config_or_usual(file, named), wait, asked_to_end);
    if (install->parsed()) return install_cni(config_or_usual(file, named), plugin, conflist);
    if (install_profiles->parsed()) {
      return install_seccomp(config_or_usual(file, named), profile, pod_profile);
    }
    if (remove->parsed()) return uninstall_cni(config_or_usual(file, named), stay, asked_to_end);
    if (probe->parsed()) return ask(probes, ready ? "/readyz" : "/healthz");
    return run_daemon(file, asked_to_end);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rxlease-device-plugin: %s\n", error.what());
    return 1;
  }
}
