// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cni/conf/environment.h"
#include "tests/unit/cni/conf/expect_error.h"
#include "tests/unit/cni/conf/mistake.h"

namespace rxlease::cni {
namespace {

class BadEnvironment : public testing::TestWithParam<Mistake> {};

// The input is one variable, NAME=value, which takes the place of the right one.
TEST_P(BadEnvironment, IsExplained) {
  const auto& mistake = GetParam();
  const auto equals = mistake.input.find('=');
  const auto variables = [&](std::string_view name) -> std::optional<std::string> {
    if (name == mistake.input.substr(0, equals)) return mistake.input.substr(equals + 1);
    if (name == "CNI_COMMAND") return "ADD";
    if (name == "CNI_CONTAINERID") return "c1";
    if (name == "CNI_NETNS") return "/run/netns/a";
    if (name == "CNI_IFNAME") return "eth0";
    return std::nullopt;
  };
  expect_error(error_of([&] { read_environment(variables); }), mistake.code, mistake.message,
               mistake.details);
}

INSTANTIATE_TEST_SUITE_P(
    Variables, BadEnvironment,
    testing::Values(
        Mistake{
            "NoCommand", "CNI_COMMAND=", environment, {"CNI_COMMAND is not set"}, {"ADD, DEL, CHECK, GC"}},
        Mistake{"Command", "CNI_COMMAND=add", environment, {"CNI_COMMAND", "\"add\""}, {"STATUS or VERSION"}},
        Mistake{"NoContainer", "CNI_CONTAINERID=", environment, {"ADD lacks CNI_CONTAINERID"}, {"runtime"}},
        Mistake{
            "ContainerPath", "CNI_CONTAINERID=../x", environment, {"CNI_CONTAINERID", "../x"}, {"letter"}},
        Mistake{
            "ContainerBytes", "CNI_CONTAINERID=a\xff", environment, {"CNI_CONTAINERID", "ufffd"}, {"letter"}},
        Mistake{"NoNetns", "CNI_NETNS=", environment, {"ADD lacks CNI_NETNS"}, {"runtime"}},
        Mistake{"NetnsRelative", "CNI_NETNS=netns/a", environment, {"CNI_NETNS", "netns/a"}, {"absolute"}},
        Mistake{"NetnsControl", "CNI_NETNS=/a\nb", environment, {"CNI_NETNS", "/a\\nb"}, {"printable"}},
        Mistake{"NoIfname", "CNI_IFNAME=", environment, {"ADD lacks CNI_IFNAME"}, {"runtime"}},
        Mistake{
            "IfnameLong", "CNI_IFNAME=abcdefghijklmnop", environment, {"CNI_IFNAME", "mnop"}, {"1 to 15"}},
        Mistake{"IfnameDots", "CNI_IFNAME=..", environment, {"CNI_IFNAME", "\"..\""}, {"other than"}},
        Mistake{"IfnameSlash", "CNI_IFNAME=a/b", environment, {"CNI_IFNAME", "a/b"}, {"without"}},
        Mistake{"IfnameColon", "CNI_IFNAME=eth0:1", environment, {"CNI_IFNAME", "eth0:1"}, {"without"}},
        Mistake{"IfnameSpace", "CNI_IFNAME=a b", environment, {"CNI_IFNAME", "a b"}, {"white space"}},
        Mistake{"IfnameTemplate", "CNI_IFNAME=eth%d", environment, {"CNI_IFNAME", "eth%d"}, {"%"}},
        Mistake{"ArgsWithoutValue",
                "CNI_ARGS=A=1;K8S_POD_NAME",
                environment,
                {"CNI_ARGS", "POD_NAME"},
                {"KEY=VALUE"}},
        Mistake{"ArgsWithoutKey", "CNI_ARGS==1", environment, {"CNI_ARGS", "\"=1\""}, {"KEY=VALUE"}},
        Mistake{"ArgsGap", "CNI_ARGS=A=1;;B=2", environment, {"CNI_ARGS", "\"\""}, {"KEY=VALUE"}},
        Mistake{
            "PodControl", "CNI_ARGS=K8S_POD_NAME=a\x1b[1m", environment, {"K8S_POD_NAME", "u001b"}, {"253"}},
        Mistake{"PodLong",
                "CNI_ARGS=K8S_POD_UID=" + std::string(254, 'u'),
                environment,
                {"K8S_POD_UID", "uuu..."},
                {"253"}},
        Mistake{"PodTwice",
                "CNI_ARGS=K8S_POD_NAMESPACE=a;K8S_POD_NAMESPACE=b",
                environment,
                {"K8S_POD_NAMESPACE", "\"b\""},
                {"once"}}),
    name_of);

}  // namespace
}  // namespace rxlease::cni
