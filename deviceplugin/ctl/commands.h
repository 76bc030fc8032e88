// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "deviceplugin/ctl/bundle/bundle.h"
#include "deviceplugin/ctl/completion/command_tree.h"
#include "deviceplugin/ctl/guard/guard.h"
#include "deviceplugin/ctl/lease/lease.h"
#include "deviceplugin/ctl/show/show.h"
#include "deviceplugin/ctl/top/top.h"

namespace rxlease::deviceplugin::ctl {

enum class Verb { show, top, check, guard_release, lease_add, lease_remove, support_bundle, completion };

// What a person asks for.
struct Request {
  Verb verb = Verb::show;
  std::string file = "/etc/rxlease/config.yaml";  // the configuration
  bool file_is_named = false;
  ShowOptions show;
  TopOptions top;
  struct Check {
    bool json = false;
    bool in_pod = false;
    std::string queues;  // the directory in the pod
  } check;
  struct Release {
    std::string nic;
    std::chrono::seconds duration{usual_release};
  } release;
  AddLease add_lease;      // to be removed: the pod and the interface of it
  bool anonymous = false;  // of a support bundle
  std::string shell;
};

// rxleasectl's commands and options: how they are read, and the tree that shells complete.
class Commands {
 public:
  Commands();
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;

  // CLI::ParseError: wrong usage, or the help or the version is wanted.
  Request parse(int argc, const char* const* argv);

  // Prints what such an error is about; returns the exit status, 0 or 2.
  int answer(const CLI::ParseError& error) const;

  CommandTree tree() const { return command_tree(app_, choices_); }

 private:
  void add_config(CLI::App& command);
  CLI::Option* add_output(CLI::App& command, const std::vector<std::string>& formats,
                          const std::string& description);
  void add_show();
  void add_top();
  void add_check();
  void add_guard();
  void add_lease();
  void add_support_bundle();
  void add_completion();
  void take_output();

  CLI::App app_;
  Choices choices_;
  Request request_;
  std::string output_;  // empty: the verb's usual format
  std::string topic_;
  std::uint32_t seconds_ = usual_release.count();
  std::uint32_t interval_ms_ = 2000;
  CLI::App* show_ = nullptr;
  CLI::App* top_ = nullptr;
  CLI::App* check_ = nullptr;
  CLI::App* release_ = nullptr;
  CLI::App* lease_add_ = nullptr;
  CLI::App* lease_remove_ = nullptr;
  CLI::App* support_bundle_ = nullptr;
  CLI::App* completion_ = nullptr;
};

}  // namespace rxlease::deviceplugin::ctl
