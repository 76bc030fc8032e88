// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/environment.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/unit/cni/conf/expect_error.h"

namespace rxlease::cni {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

Environment read(const Values& values) {
  return read_environment([&values](std::string_view name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  });
}

Values attachment(const std::string& verb) {
  return {{"CNI_COMMAND", verb},
          {"CNI_CONTAINERID", "0a1b2c"},
          {"CNI_NETNS", "/var/run/netns/cni-1"},
          {"CNI_IFNAME", "eth0"},
          {"CNI_PATH", "/opt/cni/bin:/usr/lib/cni"},
          {"CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;K8S_POD_UID=9f"}};
}

TEST(ReadEnvironment, ReadsEveryVariableOfAnAdd) {
  const auto environment = read(attachment("ADD"));
  EXPECT_EQ(environment.verb, Verb::add);
  EXPECT_EQ(environment.container_id, "0a1b2c");
  EXPECT_EQ(environment.netns, "/var/run/netns/cni-1");
  EXPECT_EQ(environment.ifname, "eth0");
  EXPECT_EQ(environment.path, (std::vector<std::string>{"/opt/cni/bin", "/usr/lib/cni"}));
  EXPECT_EQ(environment.pod.pod_namespace, "default");
  EXPECT_EQ(environment.pod.name, "web-0");
  EXPECT_EQ(environment.pod.uid, "9f");
}

TEST(ReadEnvironment, KnowsTheSixVerbs) {
  EXPECT_EQ(read(attachment("ADD")).verb, Verb::add);
  EXPECT_EQ(read(attachment("DEL")).verb, Verb::del);
  EXPECT_EQ(read(attachment("CHECK")).verb, Verb::check);
  EXPECT_EQ(read(attachment("GC")).verb, Verb::gc);
  EXPECT_EQ(read(attachment("STATUS")).verb, Verb::status);
  EXPECT_EQ(read(attachment("VERSION")).verb, Verb::version);
}

TEST(ReadEnvironment, NamesEveryMissingVariableOfAnAdd) {
  const auto error = error_of([] { read({{"CNI_COMMAND", "ADD"}}); });
  expect_error(error, Code::invalid_environment, {"ADD", "CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME"},
               {"runtime"});
}

TEST(ReadEnvironment, TakesAnEmptyVariableForAMissingOne) {
  auto values = attachment("CHECK");
  values["CNI_NETNS"] = "";
  expect_error(error_of([&] { read(values); }), Code::invalid_environment, {"CHECK lacks CNI_NETNS"},
               {"CHECK"});
}

TEST(ReadEnvironment, LetsADelLackItsNetns) {
  auto values = attachment("DEL");
  values.erase("CNI_NETNS");
  const auto environment = read(values);
  EXPECT_EQ(environment.container_id, "0a1b2c");
  EXPECT_TRUE(environment.netns.empty());
}

// CNI_ARGS may be the pod's own words.
TEST(ReadEnvironment, LetsADelHaveArgsThatAreWrong) {
  for (const auto* const args :
       {"nonsense", "RXLEASE_STEERING=tcp/0", "RXLEASE_STEERING=", "K8S_POD_NAME=a b"}) {
    auto values = attachment("DEL");
    values["CNI_ARGS"] = args;
    const auto environment = read(values);
    EXPECT_EQ(environment.ifname, "eth0") << args;
    EXPECT_TRUE(environment.passed_over.empty()) << args;
  }
}

TEST(ReadEnvironment, PassesOverANetnsOfADelThatIsNoPath) {
  auto values = attachment("DEL");
  values["CNI_NETNS"] = "cni-1";
  const auto environment = read(values);
  EXPECT_EQ(environment.netns, "");
  ASSERT_EQ(environment.passed_over.size(), 1U);
  EXPECT_NE(environment.passed_over[0].find("CNI_NETNS: \"cni-1\""), std::string::npos);
}

// ADD has refused them, so nothing has such a name; and the pod has to end.
TEST(ReadEnvironment, LetsADelHaveNamesThatAreNone) {
  for (const auto* const variable : {"CNI_CONTAINERID", "CNI_IFNAME"}) {
    auto values = attachment("DEL");
    values[variable] = "a/b";
    const auto environment = read(values);
    EXPECT_TRUE(environment.names_nothing) << variable;
    EXPECT_EQ(environment.passed_over.size(), 1U) << variable;
  }
  EXPECT_FALSE(read(attachment("DEL")).names_nothing);
}

TEST(ReadEnvironment, NamesOnlyWhatADelNeeds) {
  const std::string message = error_of([] { read({{"CNI_COMMAND", "DEL"}}); }).what();
  EXPECT_EQ(message, "DEL lacks CNI_CONTAINERID, CNI_IFNAME");
}

TEST(ReadEnvironment, LeavesTheAttachmentOfGcAndStatusEmpty) {
  for (const auto* const verb : {"GC", "STATUS"}) {
    const auto environment = read(attachment(verb));
    EXPECT_TRUE(environment.container_id.empty());
    EXPECT_TRUE(environment.ifname.empty());
    EXPECT_TRUE(environment.netns.empty());
    EXPECT_TRUE(environment.pod.name.empty());
    EXPECT_EQ(environment.path.size(), 2U);
  }
}

TEST(ReadEnvironment, NeedsNothingButTheVerbForGcAndStatus) {
  EXPECT_EQ(read({{"CNI_COMMAND", "GC"}}).verb, Verb::gc);
  EXPECT_EQ(read({{"CNI_COMMAND", "STATUS"}}).verb, Verb::status);
}

TEST(ReadEnvironment, ReadsNothingButTheVerbForVersion) {
  const auto environment =
      read({{"CNI_COMMAND", "VERSION"}, {"CNI_IFNAME", "///"}, {"CNI_ARGS", "nonsense"}});
  EXPECT_EQ(environment.verb, Verb::version);
  EXPECT_TRUE(environment.path.empty());
}

TEST(ReadEnvironment, SkipsEmptyDirectoriesOfThePath) {
  auto values = attachment("ADD");
  values["CNI_PATH"] = ":/opt/cni/bin::";
  EXPECT_EQ(read(values).path, std::vector<std::string>{"/opt/cni/bin"});
}

TEST(ReadEnvironment, WorksWithoutPathAndArguments) {
  auto values = attachment("ADD");
  values.erase("CNI_PATH");
  values.erase("CNI_ARGS");
  const auto environment = read(values);
  EXPECT_TRUE(environment.path.empty());
  EXPECT_TRUE(environment.pod.name.empty());
}

TEST(ReadEnvironment, IgnoresArgumentsThatAreNotItsOwn) {
  auto values = attachment("ADD");
  values["CNI_ARGS"] = "K8S_POD_INFRA_CONTAINER_ID=1;X=a=b;K8S_POD_NAME=web-0;EMPTY=;";
  EXPECT_EQ(read(values).pod.name, "web-0");
}

TEST(ReadEnvironment, TakesAnEmptyPodNameForNone) {
  auto values = attachment("ADD");
  values["CNI_ARGS"] = "K8S_POD_NAME=;K8S_POD_NAMESPACE=default";
  EXPECT_TRUE(read(values).pod.name.empty());
}

TEST(ReadEnvironment, TakesInterfaceNamesOfFifteenCharacters) {
  auto values = attachment("ADD");
  values["CNI_IFNAME"] = "abcdefghijklmno";
  EXPECT_EQ(read(values).ifname, "abcdefghijklmno");
}

TEST(ReadEnvironment, TakesPodNamesOf253Characters) {
  auto values = attachment("ADD");
  values["CNI_ARGS"] = "K8S_POD_NAME=" + std::string(253, 'p');
  EXPECT_EQ(read(values).pod.name.size(), 253U);
}

}  // namespace
}  // namespace rxlease::cni
