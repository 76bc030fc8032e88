// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "deviceplugin/config/load.h"
#include "tests/unit/deviceplugin/config/mistake.h"

namespace rxlease::deviceplugin::config {
namespace {

// What parse_config() throws for `text`. Without an exception the test fails.
std::vector<Problem> fatal_problems_of(const std::string& text) {
  try {
    parse_config(text, file_name);
  } catch (const ConfigError& error) {
    return error.problems();
  }
  ADD_FAILURE() << "was read:\n" << text;
  return {};
}

class BadFile : public testing::TestWithParam<Mistake> {};

TEST_P(BadFile, IsExplained) {
  expect_explained(fatal_problems_of(GetParam().text), GetParam());
}

// Files that cannot be used at all.
INSTANTIATE_TEST_SUITE_P(
    Yaml, BadFile,
    testing::Values(
        Mistake{"Nothing", "", "", "", {"empty", "\"pools:\""}},
        Mistake{"CommentsOnly", "# pools\n\n", "", "", {"empty", "\"pools:\""}},
        Mistake{"Null", "---\n", "", "", {"empty", "\"pools:\""}},
        Mistake{"List", "- name: rxq\n", "1:1", "", {"[ ... ]", "not a map", "key: value"}},
        Mistake{"Text", "pools\n", "1:1", "", {"\"pools\"", "not a map"}},
        Mistake{"NotUtf8", "pools: []\nlog: \xff\n", "2:6", "", {"not UTF-8", "save"}},
        Mistake{"OverlongUtf8", "a: \xc0\xaf\n", "1:4", "", {"not UTF-8"}},
        Mistake{"Surrogate", "a: \xed\xa0\x80\n", "1:4", "", {"not UTF-8"}},
        Mistake{"HalfACharacter", "a: \xe2\x82", "1:4", "", {"not UTF-8"}},
        Mistake{"Utf16",
                std::string("\xff\xfe"
                            "a\0",
                            4),
                "1:1",
                "",
                {"not UTF-8"}},
        Mistake{"Nul", std::string("a: b\0c\n", 7), "1:5", "", {"control character", "remove"}},
        Mistake{"Escape", "a: \x1b[31m\n", "1:4", "", {"control character"}},
        Mistake{"Tab", "log:\n\tlevel: info\n", "2:1", "", {"tab", "spaces"}},
        Mistake{"TabAfterSpaces", "log:\n  \tlevel: info\n", "2:3", "", {"tab", "spaces"}},
        Mistake{"Huge", std::string((1 << 20) + 1, '#'), "", "", {"larger than 1 MiB"}},
        Mistake{"OpenBracket", "pools: [1,\nlog: {}\n", "1:8", "", {"bracket", "close"}},
        Mistake{"OpenBrace", "log: {level: info\nrss: 1\n", "1:6", "", {"bracket", "close"}},
        Mistake{"OpenQuote", "log: \"info", "1:11", "", {"not YAML", "quotation marks"}},
        Mistake{"TwoColons", "log: level: info\n", "1:11", "", {"not YAML", "illegal map value"}},
        Mistake{
            "Outdented", "log:\n    level: info\n  format: text\n", "3:3", "", {"not YAML", "indentation"}},
        Mistake{"EscapeAtTheEnd", "log: \"\\", "1:9", "", {"not YAML", "unknown escape", "\\u0004"}},
        Mistake{"AtSign", "log: @info\n", "1:6", "", {"not YAML", "unknown token"}},
        Mistake{"DeeplyNested",
                "a: " + std::string(2000, '[') + std::string(2000, ']'),
                "1:19",
                "",
                {"too deep", "brackets"}},
        Mistake{
            "TwoDocuments", "pools: []\n---\npools: []\n", "2:1", "", {"second document", "one document"}},
        Mistake{"EmptySecondDocument", "pools: []\n---\n", "2:1", "", {"second document"}},
        Mistake{"ListThenMap", "- a\nb: 1\n", "2:1", "", {"second document", "indentation"}},
        Mistake{"Anchor", "log: &x {}\n", "1:6", "", {"anchor", "leave it out"}},
        Mistake{"AnchorOnText", "log: &x a\n", "1:6", "", {"anchor"}},
        Mistake{"Alias", "a: b\nlog: *x\n", "2:6", "", {"not YAML", "anchor is not defined"}},
        Mistake{"MergeKey", "<<: {level: info}\n", "1:1", "", {"merge key", "write out"}},
        Mistake{"Tag", "log: !!map {}\n", "1:6", "", {"tag", "leave it out"}},
        Mistake{"TagOnText", "log: !x info\n", "1:6", "", {"tag"}},
        Mistake{"ListAsKey", "? [a]\n: b\n", "1:3", "", {"key that is not text"}},
        Mistake{"MapAsKey", "{a: b}: c\n", "1:1", "", {"key that is not text"}},
        Mistake{"NullAsKey", "~: c\n", "1:1", "", {"key that is not text"}}),
    name_of);

// What belongs to no pool, in a file that is right without it.
class BadSetting : public testing::TestWithParam<Mistake> {};

constexpr const char* one_pool =
    "pools: [{name: rxq, selectors: {interfaces: [eth0]}, queues: {count: 4}}]\n";

TEST_P(BadSetting, IsExplained) {
  const auto& mistake = GetParam();
  expect_explained(fatal_problems_of(one_pool + mistake.text), mistake);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, BadSetting,
    testing::Values(
        Mistake{"Unknown", "bridge: br0", "2:1", "bridge", {"no such key", "leave it out"}},
        Mistake{"Misspelt", "resourcePrefx: a.b", "2:1", "resourcePrefx", {"\"resourcePrefix\"?"}},
        Mistake{"OtherCase", "LOG: {}", "2:1", "LOG", {"no such key", "\"log\"?"}},
        Mistake{"SnakeCase", "rescan_seconds: 1", "2:1", "rescan_seconds", {"\"rescanSeconds\"?"}},
        Mistake{"Unprintable", "\"a\\nb\": 1", "2:1", "\"a\\nb\"", {"no such key"}},
        Mistake{
            "Twice", "rescanSeconds: 5\nrescanSeconds: 6", "3:1", "rescanSeconds", {"line 2", "keep one"}},
        Mistake{"PoolsTwice", "pools: []", "2:1", "pools", {"second time", "line 1"}},
        Mistake{"MetricsUnknown", "metrics: {port: 1}", "2:11", "metrics.port", {"no such key"}},
        Mistake{"LogMisspelt", "log:\n  leval: info", "3:3", "log.leval", {"\"level\"?"}},
        Mistake{"LogTwice", "log: {level: info, level: warn}", "2:20", "log.level", {"keep one"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Values, BadSetting,
    testing::Values(
        Mistake{
            "PrefixNumber", "resourcePrefix: 12", "2:17", "resourcePrefix", {"12 is not text", "quotation"}},
        Mistake{"PrefixNull", "resourcePrefix:", "2:1", "resourcePrefix", {"null is not text"}},
        Mistake{"PrefixEmpty", "resourcePrefix: \"\"", "2:17", "resourcePrefix", {"\"\"", "rxlease.dev"}},
        Mistake{
            "PrefixUpperCase", "resourcePrefix: A.b", "2:17", "resourcePrefix", {"\"A.b\"", "lower-case"}},
        Mistake{"PrefixSlash", "resourcePrefix: a.b/c", "2:17", "resourcePrefix", {"\"a.b/c\"", "domain"}},
        Mistake{
            "PrefixOfKubernetes", "resourcePrefix: x.kubernetes.io", "2:17", "resourcePrefix", {"your own"}},
        Mistake{"PrefixOfQuota", "resourcePrefix: requests.a.b", "2:17", "resourcePrefix", {"requests.a.b"}},
        Mistake{
            "PrefixLong", "resourcePrefix: " + std::string(245, 'a'), "2:17", "resourcePrefix", {"cannot"}},
        Mistake{"StateRelative", "stateDirectory: run", "2:17", "stateDirectory", {"\"run\"", "absolute"}},
        Mistake{"StateDots", "stateDirectory: /a/../b", "2:17", "stateDirectory", {"/a/../b", "\"..\""}},
        Mistake{"StateEndsInSlash",
                "stateDirectory: /a/",
                "2:17",
                "stateDirectory",
                {"\"/a/\"", "with no \"/\" or space at its end"}},
        Mistake{"StateNewline", "stateDirectory: \"/a\\nb\"", "2:17", "stateDirectory", {"/a\\nb"}},
        Mistake{"StateQuoteLeftOpen",
                "stateDirectory: \"/a\n",
                "2:17",
                "stateDirectory",
                {"\"/a \"", "quotation"}},
        Mistake{"PersistentRoot", "persistentDirectory: /", "2:22", "persistentDirectory", {"\"/\""}},
        Mistake{"KubeletList", "kubeletDirectory: [/a]", "2:19", "kubeletDirectory", {"[ ... ] is not text"}},
        Mistake{"KubeletLong",
                "kubeletDirectory: /" + std::string(80, 'a'),
                "2:19",
                "kubeletDirectory",
                {"80 char"}},
        Mistake{"BpfDots",
                "bpfDirectory: /sys/fs/bpf/rx.lease",
                "2:15",
                "bpfDirectory",
                {"rx.lease", "without \".\""}},
        Mistake{"CniBinEmpty", "cniBinDirectory: ''", "2:18", "cniBinDirectory", {"\"\"", "absolute"}},
        Mistake{"CniConfMap", "cniConfDirectory: {}", "2:19", "cniConfDirectory", {"{} is not text"}},
        Mistake{"RescanZero",
                "rescanSeconds: 0",
                "2:16",
                "rescanSeconds",
                {"0 is out of range", "from 1 to 3600"}},
        Mistake{"RescanLong", "rescanSeconds: 3601", "2:16", "rescanSeconds", {"3601", "number of seconds"}},
        Mistake{"RescanNegative", "rescanSeconds: -1", "2:16", "rescanSeconds", {"-1 is out of range"}},
        Mistake{"RescanText", "rescanSeconds: 10s", "2:16", "rescanSeconds", {"\"10s\"", "whole number"}},
        Mistake{"RescanQuoted", "rescanSeconds: \"10\"", "2:16", "rescanSeconds", {"\"10\"", "without quot"}},
        Mistake{
            "RescanFraction", "rescanSeconds: 1.5", "2:16", "rescanSeconds", {"1.5 is not a whole number"}},
        Mistake{"RescanHex", "rescanSeconds: 0x10", "2:16", "rescanSeconds", {"0x10", "plain decimal"}},
        Mistake{"RescanOctal", "rescanSeconds: 010", "2:16", "rescanSeconds", {"010", "plain decimal"}},
        Mistake{
            "RescanBeyondMeasure", "rescanSeconds: 4294967306", "2:16", "rescanSeconds", {"out of range"}},
        Mistake{"MetricsText", "metrics: 127.0.0.1:9808", "2:10", "metrics", {"127.0.0.1", "not a map"}},
        Mistake{"AddressPortOnly", "metrics: {address: ':9808'}", "2:20", "metrics.address", {"IP:PORT"}},
        Mistake{"AddressHostName", "metrics: {address: 'web:80'}", "2:20", "metrics.address", {"\"web:80\""}},
        Mistake{"AddressNoPort", "metrics: {address: 127.0.0.1}", "2:20", "metrics.address", {"IP:PORT"}},
        Mistake{"AddressBigPort", "metrics: {address: '[::1]:65536'}", "2:20", "metrics.address", {"65536"}},
        Mistake{
            "AddressBareV6", "metrics: {address: '::1:80'}", "2:20", "metrics.address", {"\"[::1]:9808\""}},
        Mistake{"AddressBracketedV4",
                "metrics: {address: '[1.2.3.4]:80'}",
                "2:20",
                "metrics.address",
                {"IP:PORT"}},
        Mistake{"AddressNumber", "metrics: {address: 9808}", "2:20", "metrics.address", {"9808 is not text"}},
        Mistake{"LogList", "log: []", "2:6", "log", {"[] is not a map"}},
        Mistake{"LevelUnknown",
                "log: {level: loud}",
                "2:14",
                "log.level",
                {"\"loud\"", "\"trace\" or \"debug\""}},
        Mistake{"LevelUpperCase", "log: {level: INFO}", "2:14", "log.level", {"\"INFO\"", "\"info\""}},
        Mistake{"LevelNumber", "log: {level: 3}", "2:14", "log.level", {"3 is not text"}},
        Mistake{"FormatUnknown", "log: {format: xml}", "2:15", "log.format", {"\"text\" or \"json\""}},
        Mistake{
            "LeasesUnknown", "foreignLeases: kill", "2:16", "foreignLeases", {"\"report\" or \"reclaim\""}},
        Mistake{"GuardUnknown", "guard: all", "2:8", "guard", {R"("off" or "pool" or "nic")"}},
        Mistake{"GuardTrue", "guard: true", "2:8", "guard", {"true is not text"}},
        Mistake{"LeasesBoolean", "foreignLeases: false", "2:16", "foreignLeases", {"false is not text"}}),
    name_of);

TEST(BadConfig, NeedsPools) {
  expect_explained(fatal_problems_of("log: {}\n"), {"", "", "1:1", "pools", {"missing", "at least one"}});
  expect_explained(fatal_problems_of("pools: []\n"), {"", "", "1:8", "pools", {"[]", "no pool"}});
  expect_explained(fatal_problems_of("pools:\n"), {"", "", "1:1", "pools", {"null is not a list"}});
  expect_explained(fatal_problems_of("pools: {name: a}\n"),
                   {"", "", "1:8", "pools", {"{ ... } is not a list"}});
}

TEST(BadConfig, ListsEverythingInTheOrderOfTheFile) {
  const auto problems = fatal_problems_of(
      "rescanSeconds: 0\n"
      "pools:\n"
      "- name: A\n"
      "  queues: {count: x}\n"
      "metric: {}\n");
  std::vector<unsigned> lines;
  for (const auto& problem : problems) lines.push_back(problem.position.line);
  EXPECT_EQ(lines, (std::vector<unsigned>{1, 3, 3, 4, 5}));
}

TEST(BadConfig, HasALineForEachProblem) {
  const ConfigError error({{"f", {1, 2}, "a", "1 is odd", "use 2"}, {"f", {}, "", "it is empty", "fill it"}});
  EXPECT_STREQ(error.what(), "f:1:2: a: 1 is odd; use 2\nf: it is empty; fill it");
}

TEST(BadConfig, ShortensWhatIsLong) {
  const auto problems = fatal_problems_of(one_pool + ("log: " + std::string(500, 'x')));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_LT(problems.front().to_string().size(), 200U);
}

}  // namespace
}  // namespace rxlease::deviceplugin::config
