// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::ctl {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Request parsed(std::vector<const char*> words) {
  words.insert(words.begin(), "rxleasectl");
  return Commands().parse(static_cast<int>(words.size()), words.data());
}

// What a person is told; empty: the words are taken.
std::string refusal_of(const std::vector<const char*>& words) {
  try {
    parsed(words);
    return "";
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
}

TEST(Commands, ReadTheFormatOfTheVerbThatItBelongsTo) {
  EXPECT_EQ(parsed({"show", "-o", "wide"}).show.format, Format::wide);
  EXPECT_EQ(parsed({"-o", "json", "show"}).show.format, Format::json);
  EXPECT_TRUE(parsed({"check", "--output=json"}).check.json);
  EXPECT_TRUE(parsed({"top", "-o", "json"}).top.json);
  EXPECT_THAT(refusal_of({"top", "-o", "wide"}), HasSubstr("\"wide\" is none of json, table"));
  EXPECT_THAT(refusal_of({"check", "-o", "table"}), HasSubstr("\"table\" is none of json, text"));
}

TEST(Commands, ReadTheIntervalOfTop) {
  using namespace std::chrono_literals;
  EXPECT_EQ(parsed({"top"}).top.interval, 2s);
  EXPECT_EQ(parsed({"top", "--interval", "500ms"}).top.interval, 500ms);
  EXPECT_EQ(parsed({"top", "--interval=1m"}).top.interval, 1min);
  for (const auto* wrong : {"0s", "99ms", "2h", "2", "-1s", "1d", "99999999999999s"}) {
    EXPECT_NE(refusal_of({"top", "--interval", wrong}), "") << wrong;
  }
  EXPECT_THAT(refusal_of({"top", "--interval", "99ms"}), HasSubstr("100ms at least, and 1h at most"));
}

TEST(Commands, ReadTheTopicOfEachVerb) {
  EXPECT_EQ(parsed({"show"}).show.topic, Topic::all);
  EXPECT_EQ(parsed({"show", "pools"}).show.topic, Topic::pools);
  EXPECT_EQ(parsed({"top", "pods", "--once"}).top.topic, TopTopic::pods);
  EXPECT_TRUE(parsed({"top", "pods", "--once"}).top.once);
  EXPECT_THAT(refusal_of({"top", "leases"}), HasSubstr("\"leases\" is none of nics, pods, queues"));
}

TEST(Commands, KnowTheVerb) {
  EXPECT_EQ(parsed({"guard", "release", "eth0", "--for", "10m"}).verb, Verb::guard_release);
  EXPECT_EQ(parsed({"guard", "release", "eth0", "--for", "10m"}).release.duration, std::chrono::minutes(10));
  EXPECT_EQ(parsed({"support-bundle", "--anonymous"}).verb, Verb::support_bundle);
  EXPECT_TRUE(parsed({"support-bundle", "--anonymous"}).anonymous);
  EXPECT_EQ(parsed({"completion", "fish"}).shell, "fish");
  EXPECT_THAT(refusal_of({"completion", "csh"}), HasSubstr("\"csh\" is none of bash, zsh or fish"));
  EXPECT_THAT(refusal_of({}), HasSubstr("show, top, check, guard, lease, support-bundle or completion"));
}

TEST(Commands, ReadWhatIsLentAndTakenBack) {
  const auto added = parsed({"lease", "add", "shop/web-0", "--pool", "rxq", "--queues", "2", "--interface",
                             "fast", "--steer", "tcp/5201", "--steer", "udp/53"});
  EXPECT_EQ(added.verb, Verb::lease_add);
  EXPECT_EQ(added.add_lease.pod, "shop/web-0");
  EXPECT_EQ(added.add_lease.pool, "rxq");
  EXPECT_EQ(added.add_lease.queues, 2U);
  EXPECT_EQ(added.add_lease.interface, "fast");
  EXPECT_THAT(added.add_lease.steering, ElementsAre("tcp/5201", "udp/53"));
  EXPECT_EQ(parsed({"lease", "add", "web-0"}).add_lease.queues, 1U);
  const auto removed = parsed({"lease", "remove", "shop/web-0", "rxq1"});
  EXPECT_EQ(removed.verb, Verb::lease_remove);
  EXPECT_EQ(removed.add_lease.interface, "rxq1");
  EXPECT_THAT(refusal_of({"lease", "add", "web-0", "--queues", "0"}),
              HasSubstr("1 queue at least, and 1023 at most"));
  EXPECT_NE(refusal_of({"lease", "remove", "web-0"}), "");
  EXPECT_NE(refusal_of({"lease"}), "");
}

TEST(Commands, AreATreeThatShellsComplete) {
  const auto tree = Commands().tree();
  std::vector<std::string> names;
  for (const auto& command : tree.commands) names.push_back(command.name);
  EXPECT_THAT(names, ElementsAre("show", "top", "check", "guard", "lease", "support-bundle", "completion"));
  const auto& show = tree.commands.front();
  EXPECT_THAT(show.positionals.at(0).words, ElementsAre("leases", "nics", "pods", "pools", "queues"));
  EXPECT_THAT(show.options, Contains(testing::Field(&CommandOption::names, ElementsAre("--output", "-o"))));
  EXPECT_THAT(show.options,
              Contains(AllOf(testing::Field(&CommandOption::names, ElementsAre("--watch", "-w")),
                             testing::Field(&CommandOption::takes_value, false))));
  for (const auto& option : show.options) {
    if (option.names.front() == "--config") {
      EXPECT_EQ(option.value.kind, Completed::file);
    }
  }
  EXPECT_EQ(tree.commands.at(3).commands.at(0).positionals.at(0).kind, Completed::nic);
}

// A description that says what a shell would take for its own.
TEST(Completion, QuotesWhatAShellWouldRead) {
  const CommandTree tree{"prog", "", {{{"--x"}, "it's [a] `b` $c: d", true, {}}}, {}, {}};
  EXPECT_THAT(zsh_completion(tree), HasSubstr("'--x[it'\\''s \\[a\\] `b` $c\\: d]:value: '"));
  EXPECT_THAT(fish_completion(tree), HasSubstr("-d 'it\\'s [a] `b` $c: d'"));
  EXPECT_THAT(bash_completion(tree), testing::Not(HasSubstr("$c:")));
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
