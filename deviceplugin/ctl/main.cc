// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <string>

#include "deviceplugin/config/load.h"
#include "deviceplugin/ctl/check/check.h"
#include "deviceplugin/ctl/check/check_pod.h"
#include "deviceplugin/ctl/commands.h"
#include "deviceplugin/ctl/terminal/print.h"

namespace {

using namespace rxlease::deviceplugin::ctl;
using rxlease::deviceplugin::config::Config;

constexpr int failure = 1;

// If the file is neither named nor in its usual place, the defaults apply: everything is shown.
Config configuration(const Request& request) {
  if (!request.file_is_named && access(request.file.c_str(), F_OK) != 0) return {};
  const auto loaded = rxlease::deviceplugin::config::load_config(request.file);
  for (const auto& problem : loaded.problems) {
    std::fprintf(stderr, "rxleasectl: %s; this pool is left out\n", problem.to_string().c_str());
  }
  return loaded.config;
}

// A report is wanted of a configuration that is wrong, too: `check` has what is wrong.
Config usable_configuration(const Request& request) {
  try {
    return configuration(request);
  } catch (const rxlease::deviceplugin::config::ConfigError&) {
    return {};
  }
}

bool is_root(const char* verb) {
  if (geteuid() == 0) return true;
  std::fprintf(stderr, "rxleasectl: %s needs root to see leases and to read the records: run it with sudo\n",
               verb);
  return false;
}

int tell(const Findings& findings, bool json) {
  print(json ? findings.to_json_text() : findings.to_text(style_of_output()));
  return findings.count(Level::missing) == 0 ? 0 : failure;
}

int complete(const CommandTree& tree, const std::string& shell) {
  print(shell == "bash"  ? bash_completion(tree)
        : shell == "zsh" ? zsh_completion(tree)
                         : fish_completion(tree));
  return 0;
}

int run(const Request& request, const Commands& commands) {
  switch (request.verb) {
    case Verb::show:
      if (!is_root("show")) return failure;
      show(configuration(request), request.show);
      return 0;
    case Verb::top:
      if (!is_root("top")) return failure;
      top(configuration(request), request.top);
      return 0;
    case Verb::check: {
      const auto& options = request.check;
      const auto findings =
          options.in_pod ? check_pod(allocated_devices(environ), options.queues) : check(request.file);
      return tell(findings, options.json);
    }
    case Verb::guard_release: {
      const auto& [nic, duration] = request.release;
      print(release_nic(configuration(request).state_directory, nic, duration) + "\n");
      return 0;
    }
    case Verb::lease_add:
      print(add_lease(configuration(request).state_directory, request.add_lease) + "\n");
      return 0;
    case Verb::lease_remove:
      print(remove_lease(configuration(request).state_directory, request.add_lease.pod,
                         request.add_lease.interface) +
            "\n");
      return 0;
    case Verb::support_bundle:
      if (!is_root("support-bundle")) return failure;
      print(support_bundle(usable_configuration(request), {request.file, request.anonymous}));
      return 0;
    case Verb::completion:
      break;
  }
  return complete(commands.tree(), request.shell);
}

}  // namespace

int main(int argc, char** argv) {
  Commands commands;
  Request request;
  try {
    request = commands.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return commands.answer(error);
  }
  try {
    return run(request, commands);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rxleasectl: %s\n", error.what());
    return failure;
  }
}
