// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "deviceplugin/config/load.h"
#include "tests/unit/deviceplugin/config/mistake.h"

namespace rxlease::deviceplugin::config {
namespace {

class BadPool : public testing::TestWithParam<Mistake> {};

TEST_P(BadPool, IsLeftOutAndExplained) {
  expect_explained(problems_of_second(GetParam().text), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Whole, BadPool,
    testing::Values(
        Mistake{"Text", "- rxq", "3:3", "pools[1]", {"\"rxq\" is not a map"}},
        Mistake{"Null", "- ~", "3:3", "pools[1]", {"null is not a map"}},
        Mistake{"List", "- [rxq]", "3:3", "pools[1]", {"[ ... ] is not a map"}},
        Mistake{"NoName",
                "- {selectors: {drivers: [a]}, queues: {count: 1}}",
                "3:3",
                "pools[1].name",
                {"missing"}},
        Mistake{
            "NoSelectors", "- {name: rxq, queues: {count: 1}}", "3:3", "pools[1].selectors", {"which NICs"}},
        Mistake{
            "NoQueues", "- {name: rxq, selectors: {drivers: [a]}}", "3:3", "pools[1].queues", {"how many"}},
        Mistake{"NameTwice",
                "- {name: good, selectors: {drivers: [a]}, queues: {count: 1}}",
                "3:3",
                "pools[1].name",
                {"\"good\"", "line 2", "another name"}}),
    name_of);

// The pools share a NIC, of which only one number of channels can be.
TEST(BadPools, OfOneNicWantDifferentChannels) {
  const auto pool = [](const std::string& name, const std::string& ids, const std::string& channels) {
    return "- {name: " + name + ", selectors: {interfaces: [eth0]}, queues: {ids: [" + ids +
           "]}, channels: " + channels + "}\n";
  };
  const auto same = parse_config("pools:\n" + pool("a", "8", "16") + pool("b", "9", "16"), file_name);
  EXPECT_EQ(same.config.pools.size(), 2U);
  const auto other = parse_config("pools:\n" + pool("a", "8", "16") + pool("b", "9", "32"), file_name);
  ASSERT_EQ(other.problems.size(), 1U);
  EXPECT_EQ(other.problems[0].to_string(),
            std::string(file_name) +
                ":3:3: pools[1].channels: it contradicts pool \"a\" of line 2: interface \"eth0\", "
                "16 channels there and 32 here; let pools of one NIC want the same");
}

// Members of a pool that is right without them.
class BadPoolKey : public testing::TestWithParam<Mistake> {};

TEST_P(BadPoolKey, IsExplained) {
  const auto& mistake = GetParam();
  expect_explained(
      problems_of_second("- name: rxq\n  selectors: {interfaces: [eth1]}\n  queues: {count: 4}\n  " +
                         mistake.text),
      mistake);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, BadPoolKey,
    testing::Values(
        Mistake{"Unknown", "mtu: 1500", "6:3", "pools[1].mtu", {"no such key", "leave it out"}},
        Mistake{"Misspelt", "headersplit: true", "6:3", "pools[1].headersplit", {"\"headerSplit\"?"}},
        Mistake{"Singular", "queue: 4", "6:3", "pools[1].queue", {"\"queues\"?"}},
        Mistake{"Twice", "name: b", "6:3", "pools[1].name", {"second time", "line 3"}},
        Mistake{"ChannelsOne",
                "channels: 1",
                "6:13",
                "pools[1].channels",
                {"1 is out", "channels from 2 to 1024"}},
        Mistake{"ChannelsMany", "channels: 1025", "6:13", "pools[1].channels", {"1025 is out of range"}},
        Mistake{"ChannelsText", "channels: all", "6:13", "pools[1].channels", {"\"all\"", "whole number"}},
        Mistake{"ChannelsNull", "channels:", "6:3", "pools[1].channels", {"null is not a whole number"}},
        Mistake{
            "ChannelsTooFew", "channels: 4", "6:13", "pools[1].channels", {"4 queues beside", "at least 5"}},
        Mistake{"UseUnknown",
                "use: xdp",
                "6:8",
                "pools[1].use",
                {"\"xdp\" is not known", "\"memory-provider\" or \"afxdp\""}},
        Mistake{"SplitForAfXdp",
                "use: afxdp\n  headerSplit: true",
                "7:16",
                "pools[1].headerSplit",
                {"for memory providers", "leave it out"}},
        Mistake{"NapiEmpty", "napi: {}", "6:9", "pools[1].napi", {"sets nothing", "deferHardIrqs"}},
        Mistake{"NapiUnknown", "napi: {threads: 1}", "6:10", "pools[1].napi.threads", {"\"threaded\"?"}},
        Mistake{"NapiThreaded",
                "napi: {threaded: yes}",
                "6:20",
                "pools[1].napi.threaded",
                {"\"yes\" is not known", "\"busy-poll\""}},
        Mistake{"NapiMany",
                "napi: {deferHardIrqs: 2147483648}",
                "6:25",
                "pools[1].napi.deferHardIrqs",
                {"out of range", "polls from 0 to 2147483647"}},
        Mistake{"SplitText",
                "headerSplit: \"true\"",
                "6:16",
                "pools[1].headerSplit",
                {"\"true\"", "without quot"}},
        Mistake{"SplitYes", "headerSplit: yes", "6:16", "pools[1].headerSplit", {"\"yes\"", "true or false"}},
        Mistake{"SplitUpperCase", "headerSplit: True", "6:16", "pools[1].headerSplit", {"True is neither"}},
        Mistake{"SplitNumber", "headerSplit: 1", "6:16", "pools[1].headerSplit", {"1 is neither"}},
        Mistake{"RssUnknown", "rss: drop", "6:8", "pools[1].rss", {"\"drop\"", "\"exclude\" or \"keep\""}},
        Mistake{"RssBoolean", "rss: true", "6:8", "pools[1].rss", {"true is not text"}},
        Mistake{"IrqAffinityUnknown",
                "irqAffinity: pod",
                "6:16",
                "pools[1].irqAffinity",
                {"\"pod\" is not known", "\"follow\" or \"keep\""}},
        Mistake{
            "IrqAffinityBoolean", "irqAffinity: true", "6:16", "pools[1].irqAffinity", {"true is not text"}},
        Mistake{"RepairText", "repair: always", "6:11", "pools[1].repair", {"\"always\"", "true or false"}},
        Mistake{"TopologyMap", "topology: {}", "6:13", "pools[1].topology", {"{} is neither"}}),
    name_of);

// One member of a pool, by its own line; the rest of the pool is right.
class BadName : public testing::TestWithParam<Mistake> {};

TEST_P(BadName, IsExplained) {
  const auto& mistake = GetParam();
  expect_explained(problems_of_second("- name: " + mistake.text +
                                      "\n  selectors: {interfaces: [eth1]}\n  queues: {count: 4}\n"),
                   mistake);
}

INSTANTIATE_TEST_SUITE_P(
    Names, BadName,
    testing::Values(
        Mistake{"Empty", "''", "3:9", "pools[1].name", {"\"\" is no name", "1 to 63"}},
        Mistake{"Null", "", "3:3", "pools[1].name", {"null is not text"}},
        Mistake{"Number", "100", "3:9", "pools[1].name", {"100 is not text", "quotation marks"}},
        Mistake{"UpperCase", "RXQ", "3:9", "pools[1].name", {"\"RXQ\" is no name", "lower-case"}},
        Mistake{"Underscore", "rx_q", "3:9", "pools[1].name", {"\"rx_q\" is no name"}},
        Mistake{"Dash", "rxq-", "3:9", "pools[1].name", {"\"rxq-\" is no name"}},
        Mistake{"Path", "../rxq", "3:9", "pools[1].name", {"\"../rxq\" is no name"}},
        Mistake{"WithPrefix", "rxlease.dev/rxq", "3:9", "pools[1].name", {"is no name"}},
        Mistake{"TooLong", std::string(64, 'a'), "3:9", "pools[1].name", {"is no name", "1 to 63"}},
        Mistake{
            "TooLongForASocket", std::string(63, 'a'), "3:9", "pools[1].name", {"socket", "107", "shorter"}}),
    name_of);

class BadSelectors : public testing::TestWithParam<Mistake> {};

TEST_P(BadSelectors, AreExplained) {
  const auto& mistake = GetParam();
  expect_explained(problems_of_second("- name: rxq\n  queues: {count: 4}\n  selectors: " + mistake.text),
                   mistake);
}

INSTANTIATE_TEST_SUITE_P(
    Selectors, BadSelectors,
    testing::Values(
        Mistake{
            "None", "{}", "5:14", "pools[1].selectors", {"{} selects no NIC", "name interfaces, drivers"}},
        Mistake{"AllEmpty", "{drivers: [], parents: []}", "5:14", "pools[1].selectors", {"selects no NIC"}},
        Mistake{"Null", "", "5:3", "pools[1].selectors", {"null is not a map"}},
        Mistake{"List", "[eth1]", "5:14", "pools[1].selectors", {"[ ... ] is not a map"}},
        Mistake{"Unknown", "{interfaces: [a], macs: []}", "5:32", "pools[1].selectors.macs", {"no such key"}},
        Mistake{"Singular",
                "{interfaces: [a], driver: x}",
                "5:32",
                "pools[1].selectors.driver",
                {"\"drivers\"?"}},
        Mistake{"NoList",
                "{interfaces: eth1}",
                "5:27",
                "pools[1].selectors.interfaces",
                {"not a list", "[ ... ]"}},
        Mistake{"Number", "{interfaces: [1]}", "5:28", "pools[1].selectors.interfaces[0]", {"1 is not text"}},
        Mistake{"NestedList", "{drivers: [[a]]}", "5:25", "pools[1].selectors.drivers[0]", {"is not text"}},
        Mistake{
            "InterfaceTwice", "{interfaces: [a, a]}", "5:31", "pools[1].selectors.interfaces[1]", {"second"}},
        Mistake{
            "InterfaceEmpty", "{interfaces: ['']}", "5:28", "pools[1].selectors.interfaces[0]", {"empty"}},
        Mistake{"InterfaceSlash",
                "{interfaces: [a/b]}",
                "5:28",
                "pools[1].selectors.interfaces[0]",
                {"character"}},
        Mistake{"InterfaceLong",
                "{interfaces: [" + std::string(128, 'a') + "]}",
                "5:28",
                "pools[1].selectors.interfaces[0]",
                {"127 characters"}},
        Mistake{
            "GlobOpen", "{interfaces: ['e[0']}", "5:28", "pools[1].selectors.interfaces[0]", {"not closed"}},
        Mistake{
            "GlobHollow", "{interfaces: ['e[]']}", "5:28", "pools[1].selectors.interfaces[0]", {"nothing"}},
        Mistake{"GlobBackwards",
                "{interfaces: ['e[9-0]']}",
                "5:28",
                "pools[1].selectors.interfaces[0]",
                {"backwards", "enp*np0"}},
        Mistake{"GlobEscape",
                R"({interfaces: ['e\*']})",
                "5:28",
                "pools[1].selectors.interfaces[0]",
                {"character"}},
        Mistake{
            "GlobInDrivers", "{drivers: ['mlx*']}", "5:25", "pools[1].selectors.drivers[0]", {"\"mlx*\""}},
        Mistake{"ParentSpace",
                "{parents: [a b]}",
                "5:25",
                "pools[1].selectors.parents[0]",
                {"\"a b\"", "letters"}},
        Mistake{"PciName",
                "{pciAddresses: [eth0]}",
                "5:30",
                "pools[1].selectors.pciAddresses[0]",
                {"0000:0a:00.0"}},
        Mistake{"PciWithoutDomain",
                "{pciAddresses: ['0a:00.0']}",
                "5:30",
                "pools[1].selectors.pciAddresses[0]",
                {"did you mean \"0000:0a:00.0\"?"}},
        Mistake{"PciCapitals",
                "{pciAddresses: ['0000:0A:00.0']}",
                "5:30",
                "pools[1].selectors.pciAddresses[0]",
                {"did you mean \"0000:0a:00.0\"?"}},
        Mistake{"PciFunction",
                "{pciAddresses: ['0000:0a:00.8']}",
                "5:30",
                "pools[1].selectors.pciAddresses[0]",
                {"no PCI address"}},
        Mistake{"PciDevice",
                "{pciAddresses: ['0000:0a:20.0']}",
                "5:30",
                "pools[1].selectors.pciAddresses[0]",
                {"no PCI address"}},
        Mistake{"PciGlob",
                "{pciAddresses: ['0000:0a:00.*']}",
                "5:30",
                "pools[1].selectors.pciAddresses[0]",
                {"no PCI address"}},
        Mistake{"NodeNegative",
                "{numaNodes: [-1]}",
                "5:27",
                "pools[1].selectors.numaNodes[0]",
                {"-1", "0 to 1023"}},
        Mistake{"NodeText", "{numaNodes: [a]}", "5:27", "pools[1].selectors.numaNodes[0]", {"whole number"}},
        Mistake{"NodeTwice",
                "{numaNodes: [0, 1, 0]}",
                "5:33",
                "pools[1].selectors.numaNodes[2]",
                {"0 occurs a second time"}}),
    name_of);

}  // namespace
}  // namespace rxlease::deviceplugin::config
