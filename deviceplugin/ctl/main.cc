// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <string>

#include "deviceplugin/config/load.h"
#include "deviceplugin/ctl/check/check.h"
#include "deviceplugin/ctl/check/check_pod.h"
#include "deviceplugin/ctl/guard/guard.h"
#include "deviceplugin/ctl/show/print.h"
#include "deviceplugin/ctl/show/show.h"
#include "proto/node.h"

namespace {

using namespace rxlease::deviceplugin::ctl;
using rxlease::deviceplugin::config::Config;

constexpr int failure = 1;
constexpr int usage_error = 2;
const std::string default_file = "/etc/rxlease/config.yaml";

// Options that stand before the verb or behind it; the one behind it counts if both are given.
struct CommonOptions {
  std::string file = default_file;
  bool file_is_named = false;
  std::string output;  // empty: the verb's usual format
};

void add_config_option(CLI::App& app, CommonOptions& options) {
  app.add_option_function<std::string>(
         "--config",
         [&options](const std::string& file) {
           options.file = file;
           options.file_is_named = true;
         },
         "the device plugin's configuration")
      ->type_name("FILE")
      ->default_str(default_file);
}

// Adds them to the program itself or to one of its verbs.
void add_common_options(CLI::App& app, CommonOptions& options, const char* formats) {
  add_config_option(app, options);
  app.add_option("-o,--output", options.output, formats)->type_name("FORMAT");
}

// The value of that name; otherwise a message with all the names.
template <typename Value>
Value choice(const std::string& option, const std::map<std::string, Value>& values, const std::string& name) {
  const auto found = values.find(name);
  if (found != values.end()) return found->second;
  std::string all;
  for (const auto& [known, value] : values) all.append(all.empty() ? "" : ", ").append(known);
  throw CLI::ValidationError(option, "\"" + name + "\" is none of " + all);
}

// If the file is neither named nor in its usual place, the defaults apply: everything is shown.
Config configuration(const std::string& file, bool named) {
  if (!named && access(file.c_str(), F_OK) != 0) return {};
  const auto loaded = rxlease::deviceplugin::config::load_config(file);
  for (const auto& problem : loaded.problems) {
    std::fprintf(stderr, "rxleasectl: %s; this pool is left out\n", problem.to_string().c_str());
  }
  return loaded.config;
}

int run_show(const CommonOptions& common, const ShowOptions& options) {
  if (geteuid() != 0) {
    std::fputs("rxleasectl: show needs root to see leases and to read the records: run it with sudo\n",
               stderr);
    return failure;
  }
  show(configuration(common.file, common.file_is_named), options);
  return 0;
}

int tell(const Findings& findings, bool json) {
  print(json ? findings.to_json_text() : findings.to_text());
  return findings.count(Level::missing) == 0 ? 0 : failure;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Shows what is leased to whom, and what this node lacks; frees guarded queues.", "rxleasectl");
  app.require_subcommand(0, 1);  // none: refused below, after anything that was not expected
  app.set_version_flag("--version", "rxleasectl " RXLEASE_VERSION);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string("rxleasectl: ") + error.what() + "; see rxleasectl --help\n";
  });
  CommonOptions common;
  add_common_options(app, common, "table, wide or json for show, text or json for check");

  ShowOptions options;
  const std::map<std::string, Topic> topics{{"nics", Topic::nics},
                                            {"pools", Topic::pools},
                                            {"queues", Topic::queues},
                                            {"leases", Topic::leases},
                                            {"pods", Topic::pods}};
  const std::map<std::string, Format> formats{
      {"table", Format::table}, {"wide", Format::wide}, {"json", Format::json}};
  auto* show_command =
      app.add_subcommand("show", "Print the NICs, pools, queues, leases and pods of this node");
  show_command
      ->add_option_function<std::string>(
          "topic", [&](const std::string& name) { options.topic = choice("topic", topics, name); },
          "nics, pools, queues, leases or pods; without it an overview")
      ->type_name("TOPIC");
  add_common_options(*show_command, common, "table (the default), wide or json");
  show_command->add_flag("-w,--watch", options.watch, "print it again after each change, until interrupted")
      ->disable_flag_override();
  show_command->footer("Exit status: 0 printed, 1 the kernel or a file could not be read, 2 wrong usage.");

  const std::map<std::string, bool> check_formats{{"text", false}, {"json", true}};
  auto* check_command = app.add_subcommand("check", "List what this node has and lacks, with remedies");
  add_common_options(*check_command, common, "text (the default) or json");
  std::string directory = pod_directory;
  bool in_pod = false;
  auto* pod =
      check_command
          ->add_flag("--pod", in_pod, "check this container and its queues, not the node; not with --config")
          ->disable_flag_override();
  check_command->add_option("--queues", directory, "the directory with a lease.json for each queue")
      ->capture_default_str()
      ->needs(pod);
  check_command->footer(
      "Exit status: 0 nothing is missing (warnings do not count), 1 something is, 2 wrong usage.");

  auto* guard_command =
      app.add_subcommand("guard", "Ask the daemon's guard, which holds free queues, to let go of them");
  guard_command->require_subcommand(1);
  std::string nic;
  std::uint32_t seconds = usual_release.count();
  auto* release_command = guard_command->add_subcommand(
      "release",
      "Free the queues of a NIC for a while, for `ethtool -L` by hand; exit status 1 if they are not");
  release_command->add_option("nic", nic, "the NIC: its interface's name, or its name in device ids")
      ->type_name("NIC")
      ->required();
  release_command->add_option("--for", seconds, "for how long: 90s, 10m, 1h at most; 0s: hold them again now")
      ->transform(
          CLI::AsNumberWithUnit(std::map<std::string, std::uint32_t>{{"s", 1}, {"m", 60}, {"h", 3600}},
                                CLI::AsNumberWithUnit::UNIT_REQUIRED, "DURATION"))
      ->check(CLI::Range(0U, rxlease::proto::longest_release))
      ->default_str("60s");
  add_config_option(*release_command, common);

  bool json = false;
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) throw CLI::RequiredError("show, check or guard");
    if (show_command->parsed() && !common.output.empty()) {
      options.format = choice("--output", formats, common.output);
    }
    if (in_pod && common.file_is_named) throw CLI::ExcludesError("--pod", "--config");
    if (check_command->parsed() && !common.output.empty()) {
      json = choice("--output", check_formats, common.output);
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : usage_error;
  }
  try {
    if (show_command->parsed()) return run_show(common, options);
    if (release_command->parsed()) {
      const auto config = configuration(common.file, common.file_is_named);
      print(release_nic(config.state_directory, nic, std::chrono::seconds(seconds)) + "\n");
      return 0;
    }
    return tell(in_pod ? check_pod(allocated_devices(environ), directory) : check(common.file), json);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rxleasectl: %s\n", error.what());
    return failure;
  }
}
