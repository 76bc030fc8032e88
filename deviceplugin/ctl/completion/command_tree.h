// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

namespace rxlease::deviceplugin::ctl {

// What a value can be: the words there are, or what the shell knows.
enum class Completed { words, file, nic, nothing };

struct CommandValue {
  Completed kind = Completed::nothing;
  std::vector<std::string> words;
};

struct CommandOption {
  std::vector<std::string> names;  // "--output", "-o"
  std::string description;
  bool takes_value = false;
  CommandValue value;
};

// A command with all that may follow it, as shells complete it.
struct CommandTree {
  std::string name;
  std::string description;
  std::vector<CommandOption> options;
  std::vector<CommandValue> positionals;
  std::vector<CommandTree> commands;
};

// The values of options and positionals that are words of a list.
using Choices = std::map<const CLI::Option*, std::vector<std::string>>;

// The tree of a program. The type name FILE stands for files, NIC for the host's interfaces.
CommandTree command_tree(const CLI::App& app, const Choices& choices);

// The words with blanks between them, as the shells' own lists are.
std::string spaced(const std::vector<std::string>& words);

// Scripts that complete the program's commands in a shell: to be read by `source`, or installed.
std::string bash_completion(const CommandTree& program);
std::string zsh_completion(const CommandTree& program);
std::string fish_completion(const CommandTree& program);

}  // namespace rxlease::deviceplugin::ctl
