// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/completion/command_tree.h"

namespace rxlease::deviceplugin::ctl {

namespace {

// Between single quotes.
std::string fish_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

// The words of a command's path are on the line, and none of a command below it.
std::string condition_of(const std::vector<std::string>& path, const CommandTree& command) {
  std::string condition;
  for (const auto& name : path) {
    condition.append(condition.empty() ? "" : "; and ").append("__fish_seen_subcommand_from " + name);
  }
  std::vector<std::string> below;
  for (const auto& one : command.commands) below.push_back(one.name);
  if (!below.empty()) {
    condition.append(condition.empty() ? "" : "; and ")
        .append("not __fish_seen_subcommand_from " + spaced(below));
  }
  return condition;
}

std::string arguments_of(const CommandValue& value) {
  switch (value.kind) {
    case Completed::words:
      return " -a " + fish_quoted(spaced(value.words));
    case Completed::nic:
      return " -a '(ls /sys/class/net)'";
    case Completed::file:
    case Completed::nothing:
      break;
  }
  return "";
}

struct Script {
  std::string program;
  std::string text;

  void add(const std::string& condition, const std::string& rest) {
    text += "complete -c " + program;
    if (!condition.empty()) text += " -n " + fish_quoted(condition);
    text += rest + "\n";
  }
};

std::string flags_of(const CommandOption& option) {
  std::string flags;
  for (const auto& name : option.names) {
    flags += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (option.takes_value) flags += option.value.kind == Completed::file ? " -r -F" : " -x";
  return flags + arguments_of(option.value) + " -d " + fish_quoted(option.description);
}

void add_command(const CommandTree& command, const std::vector<std::string>& path, Script& script) {
  const auto condition = condition_of(path, command);
  for (const auto& option : command.options) script.add(condition, flags_of(option));
  for (const auto& value : command.positionals) {
    if (const auto arguments = arguments_of(value); !arguments.empty()) script.add(condition, arguments);
  }
  for (const auto& below : command.commands) {
    script.add(condition, " -a " + below.name + " -d " + fish_quoted(below.description));
    auto its_path = path;
    its_path.push_back(below.name);
    add_command(below, its_path, script);
  }
}

}  // namespace

std::string fish_completion(const CommandTree& program) {
  Script script{program.name, "# fish completion for " + program.name + ", made by `" + program.name +
                                  " completion fish`\ncomplete -c " + program.name + " -f\n"};
  add_command(program, {}, script);
  return script.text;
}

}  // namespace rxlease::deviceplugin::ctl
