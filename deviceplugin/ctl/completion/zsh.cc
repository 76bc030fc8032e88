// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/completion/command_tree.h"

namespace rxlease::deviceplugin::ctl {

namespace {

// Between single quotes, with these characters of _arguments' and _describe's own preceded by a backslash.
std::string zsh_quoted(const std::string& text, const std::string& special = "") {
  std::string result;
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
      continue;
    }
    if (special.find(c) != std::string::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string action_of(const CommandValue& value) {
  switch (value.kind) {
    case Completed::words:
      return "(" + spaced(value.words) + ")";
    case Completed::file:
      return "_files";
    case Completed::nic:
      return "_files -W /sys/class/net";
    case Completed::nothing:
      break;
  }
  return " ";
}

// "'(--output -o)'{--output,-o}'[how to print it]:value:(table wide json)'"
std::string specification_of(const CommandOption& option) {
  std::string names;
  for (const auto& name : option.names) names.append(names.empty() ? "" : ",").append(name);
  std::string text =
      option.names.size() == 1 ? "'" + names : "'(" + spaced(option.names) + ")'{" + names + "}'";
  text += "[" + zsh_quoted(option.description, "[]\\:") + "]";
  if (option.takes_value) text += ":value:" + action_of(option.value);
  return text + "'";
}

std::string function_of(const std::vector<std::string>& path) {
  std::string name;
  for (auto word : path) {
    for (auto& c : word) c = c == '-' ? '_' : c;
    name += "_" + word;
  }
  return name;
}

void add_function(const CommandTree& command, const std::vector<std::string>& path, std::string& script) {
  const auto function = function_of(path);
  std::string arguments;
  for (const auto& option : command.options) arguments += " \\\n    " + specification_of(option);
  for (const auto& value : command.positionals) arguments += " \\\n    ':value:" + action_of(value) + "'";
  script += function + "() {\n";
  if (command.commands.empty()) {
    script += "  _arguments" + arguments + "\n}\n";
    return;
  }
  script +=
      "  local context state line\n  typeset -A opt_args\n  _arguments -C" + arguments +
      " \\\n    ': :->command' '*:: :->rest'\n  case $state in\n    command)\n      local -a commands=(\n";
  for (const auto& below : command.commands) {
    script += "        '" + below.name + ":" + zsh_quoted(below.description, "\\:") + "'\n";
  }
  script += "      )\n      _describe command commands ;;\n    rest)\n      case $line[1] in\n";
  for (const auto& below : command.commands) {
    auto its_path = path;
    its_path.push_back(below.name);
    script += "        " + below.name + ") " + function_of(its_path) + " ;;\n";
  }
  script += "      esac ;;\n  esac\n}\n";
  for (const auto& below : command.commands) {
    auto its_path = path;
    its_path.push_back(below.name);
    add_function(below, its_path, script);
  }
}

}  // namespace

std::string zsh_completion(const CommandTree& program) {
  std::string script = "#compdef " + program.name + "\n# zsh completion for " + program.name + ", made by `" +
                       program.name + " completion zsh`\n";
  add_function(program, {program.name}, script);
  const auto function = function_of({program.name});
  // In a file of fpath the first call is to complete; where it was sourced it is to be announced.
  return script + "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n  " + function +
         " \"$@\"\nelse\n  compdef " + function + " " + program.name + "\nfi\n";
}

}  // namespace rxlease::deviceplugin::ctl
