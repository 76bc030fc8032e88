// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <string>

#include "deviceplugin/config/load.h"
#include "deviceplugin/ctl/check.h"
#include "deviceplugin/ctl/check_pod.h"
#include "deviceplugin/ctl/print.h"
#include "deviceplugin/ctl/show.h"

namespace {

using namespace rxlease::deviceplugin::ctl;
using rxlease::deviceplugin::config::Config;

constexpr int failure = 1;
constexpr int usage_error = 2;
const std::string default_file = "/etc/rxlease/config.yaml";

// The value of that name; otherwise a message that tells all names.
template <typename Value>
Value choice(const std::string& option, const std::map<std::string, Value>& values, const std::string& name) {
  const auto found = values.find(name);
  if (found != values.end()) return found->second;
  std::string all;
  for (const auto& [known, value] : values) all.append(all.empty() ? "" : ", ").append(known);
  throw CLI::ValidationError(option, "\"" + name + "\" is none of " + all);
}

// Without the file in its usual place everything is shown, by the defaults.
Config configuration(const std::string& file, bool named) {
  if (!named && access(file.c_str(), F_OK) != 0) return {};
  const auto loaded = rxlease::deviceplugin::config::load_config(file);
  for (const auto& problem : loaded.problems) {
    std::fprintf(stderr, "rxleasectl: %s; this pool is left out\n", problem.to_string().c_str());
  }
  return loaded.config;
}

int run_show(const std::string& file, bool named, const ShowOptions& options) {
  if (geteuid() != 0) {
    std::fputs("rxleasectl: show needs root, to see leases and to read the records: run it with sudo\n",
               stderr);
    return failure;
  }
  show(configuration(file, named), options);
  return 0;
}

int tell(const Findings& findings, bool json) {
  print(json ? findings.to_json_text() : findings.to_text());
  return findings.count(Level::missing) == 0 ? 0 : failure;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Shows what is leased to whom, and what this node lacks.", "rxleasectl");
  app.require_subcommand(0, 1);  // none: said below, after anything that was not expected
  app.set_version_flag("--version", "rxleasectl " RXLEASE_VERSION);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string("rxleasectl: ") + error.what() + "; see rxleasectl --help\n";
  });
  std::string file = default_file;

  ShowOptions options;
  const std::map<std::string, Topic> topics{
      {"nics", Topic::nics}, {"queues", Topic::queues}, {"leases", Topic::leases}, {"pods", Topic::pods}};
  const std::map<std::string, Format> formats{
      {"table", Format::table}, {"wide", Format::wide}, {"json", Format::json}};
  auto* show_command = app.add_subcommand("show", "NICs, queues, leases and pods, as they are now");
  show_command
      ->add_option_function<std::string>(
          "topic", [&](const std::string& name) { options.topic = choice("topic", topics, name); },
          "nics, queues, leases or pods; without it an overview")
      ->type_name("TOPIC");
  auto* show_file =
      show_command->add_option("--config", file, "the device plugin's configuration")->capture_default_str();
  show_command
      ->add_option_function<std::string>(
          "-o,--output", [&](const std::string& name) { options.format = choice("--output", formats, name); },
          "table, wide or json")
      ->type_name("FORMAT");
  show_command->add_flag("-w,--watch", options.watch, "show it again after each change, until interrupted")
      ->disable_flag_override();
  show_command->footer("Exit status: 0 it was shown, 1 it could not be looked at, 2 wrong usage.");

  bool json = false;
  const std::map<std::string, bool> check_formats{{"text", false}, {"json", true}};
  auto* check_command = app.add_subcommand("check", "What is there and what is missing, with the remedies");
  auto* check_file =
      check_command->add_option("--config", file, "the device plugin's configuration")->capture_default_str();
  std::string directory = pod_directory;
  bool in_pod = false;
  auto* pod =
      check_command->add_flag("--pod", in_pod, "look at this container and its queues instead of the node")
          ->disable_flag_override()
          ->excludes(check_file);
  check_command->add_option("--queues", directory, "where the container has its queues' lease.json")
      ->capture_default_str()
      ->needs(pod);
  check_command
      ->add_option_function<std::string>(
          "-o,--output", [&](const std::string& name) { json = choice("--output", check_formats, name); },
          "text or json")
      ->type_name("FORMAT");
  check_command->footer(
      "Exit status: 0 nothing is missing, whatever the warnings, 1 something is missing, 2 wrong usage.");

  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) throw CLI::RequiredError("show or check");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : usage_error;
  }
  try {
    if (!check_command->parsed()) return run_show(file, show_file->count() != 0, options);
    return tell(in_pod ? check_pod(allocated_devices(environ), directory) : check(file), json);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rxleasectl: %s\n", error.what());
    return failure;
  }
}
