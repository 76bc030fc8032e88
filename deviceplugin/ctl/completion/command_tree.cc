// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/completion/command_tree.h"

namespace rxlease::deviceplugin::ctl {

namespace {

CommandValue value_of(const CLI::Option& option, const Choices& choices) {
  if (const auto found = choices.find(&option); found != choices.end()) {
    return {.kind = Completed::words, .words = found->second};
  }
  const auto type = option.get_type_name();
  if (type == "FILE") return {.kind = Completed::file, .words = {}};
  if (type == "NIC") return {.kind = Completed::nic, .words = {}};
  return {};
}

CommandOption option_of(const CLI::Option& option, const Choices& choices) {
  CommandOption result;
  for (const auto& name : option.get_lnames()) result.names.push_back("--" + name);
  for (const auto& name : option.get_snames()) result.names.push_back("-" + name);
  result.description = option.get_description();
  result.takes_value = option.get_items_expected_max() > 0;
  if (result.takes_value) result.value = value_of(option, choices);
  return result;
}

}  // namespace

std::string spaced(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

CommandTree command_tree(const CLI::App& app, const Choices& choices) {
  CommandTree tree;
  tree.name = app.get_name();
  tree.description = app.get_description();
  for (const auto* option : app.get_options()) {
    if (option->get_positional()) {
      tree.positionals.push_back(value_of(*option, choices));
    } else {
      tree.options.push_back(option_of(*option, choices));
    }
  }
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    tree.commands.push_back(command_tree(*command, choices));
  }
  return tree;
}

}  // namespace rxlease::deviceplugin::ctl
