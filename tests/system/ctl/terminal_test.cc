// SPDX-License-Identifier: Apache-2.0
//
// What rxleasectl prints on a terminal, which script(1) is here.
#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/system/ctl/ctl.h"

namespace rxlease::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

class Terminal : public Ctl {
 protected:
  // What `rxleasectl COMMAND` prints on a terminal of so many columns.
  std::string on_terminal(const std::string& command, unsigned columns,
                          const std::map<std::string, std::string>& variables = {}) const {
    const std::string program = std::string(std::getenv("RXLEASE_BUILD")) + "/bin/rxleasectl ";
    ChildProcess::Options options;
    options.environment = {{"TERM", "xterm"}, {"NO_COLOR", ""}};
    for (const auto& [name, value] : variables) options.environment[name] = value;
    options.arguments = {
        "--quiet", "--command",
        "stty cols " + std::to_string(columns) + "; " + program + command + " --config " + config(),
        "/dev/null"};
    const auto finished = ChildProcess("/usr/bin/script", options).wait();
    EXPECT_EQ(finished.status, 0) << finished.errors;
    return finished.output;
  }
};

TEST_F(Terminal, ShowsColoursUnlessNoColorSaysNot) {
  EXPECT_THAT(on_terminal("show nics", 200), HasSubstr("\x1b[32mup\x1b[0m"));
  EXPECT_THAT(on_terminal("show nics", 200, {{"NO_COLOR", "1"}}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(on_terminal("show nics", 200, {{"TERM", "dumb"}}), Not(HasSubstr("\x1b")));
}

TEST_F(Terminal, IsTheOnlyPlaceOfColours) {
  EXPECT_THAT(show({"nics"}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(check().output, Not(HasSubstr("\x1b")));
  EXPECT_THAT(on_terminal("show -o json", 200), Not(HasSubstr("\x1b")));
}

TEST_F(Terminal, HasLinesThatAreNoWiderThanIt) {
  std::istringstream lines(on_terminal("check", 70, {{"NO_COLOR", "1"}}));
  bool broken = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    const bool one_word = line.find(' ', 9) == std::string::npos;
    EXPECT_TRUE(line.size() <= 70 || one_word) << line;
    broken = broken || line.starts_with("         ");
  }
  EXPECT_TRUE(broken) << "some finding is longer";
}

}  // namespace
}  // namespace rxlease::tests
