// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/completion/command_tree.h"

namespace rxlease::deviceplugin::ctl {

namespace {

// Everything that a shell completes begins with what is known of the words before: which command they name.
// The script's function goes through these words, and then offers what may follow.

// The cases of the script's three questions, by the command that was reached: "show", "guard release".
struct Cases {
  std::string commands;  // which command a word leads to
  std::string values;    // of the option before
  std::string offers;    // what may follow
};

// Sets COMPREPLY to the values that begin with $current.
std::string reply_with(const CommandValue& value) {
  switch (value.kind) {
    case Completed::words:
      return "mapfile -t COMPREPLY < <(compgen -W '" + spaced(value.words) + "' -- \"$current\")";
    case Completed::file:
      return "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")";
    case Completed::nic:
      return "mapfile -t COMPREPLY < <(cd /sys/class/net && compgen -G \"$current*\")";
    case Completed::nothing:
      break;
  }
  return "COMPREPLY=()";
}

void add_cases(const CommandTree& command, const std::string& path, Cases& cases) {
  std::vector<std::string> following;
  for (const auto& below : command.commands) {
    const auto its_path = path.empty() ? below.name : path + " " + below.name;
    cases.commands += "      '" + path + ":" + below.name + "') command='" + its_path + "' ;;\n";
    following.push_back(below.name);
    add_cases(below, its_path, cases);
  }
  std::vector<std::string> options;
  for (const auto& option : command.options) {
    for (const auto& name : option.names) {
      options.push_back(name);
      if (!option.takes_value) continue;
      cases.commands += "      '" + path + ":" + name + "') ((i++)) ;;\n";
      cases.values += "    '" + path + ":" + name + "') " + reply_with(option.value) + "; return ;;\n";
    }
  }
  cases.offers +=
      "    '" + path + "')\n      if [[ $current == -* ]]; then\n        words='" + spaced(options) + "'\n";
  if (!command.positionals.empty() && command.positionals.front().kind != Completed::words) {
    cases.offers += "      else\n        " + reply_with(command.positionals.front()) + "; return\n";
  } else {
    if (!command.positionals.empty()) following = command.positionals.front().words;
    cases.offers += "      else\n        words='" + spaced(following) + "'\n";
  }
  cases.offers += "      fi ;;\n";
}

}  // namespace

std::string bash_completion(const CommandTree& program) {
  Cases cases;
  add_cases(program, "", cases);
  const auto function = "_" + program.name;
  return "# bash completion for " + program.name + ", made by `" + program.name +
         " completion bash`\n"
         "# shellcheck shell=bash\n" +
         function +
         "() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' "
         "words='' i\n"
         "  COMPREPLY=()\n"
         "  # bash takes --output=json for three words.\n"
         "  [[ $current != '=' ]] || current=''\n"
         "  [[ $previous != '=' ]] || previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"$command:${COMP_WORDS[i]}\" in\n" +
         cases.commands +
         "    esac\n"
         "  done\n"
         "  case \"$command:$previous\" in\n" +
         cases.values +
         "  esac\n"
         "  case \"$command\" in\n" +
         cases.offers +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "}\n"
         "complete -F " +
         function + " " + program.name + "\n";
}

}  // namespace rxlease::deviceplugin::ctl
