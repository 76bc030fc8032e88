// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cni/conf/net_conf.h"
#include "tests/unit/cni/conf/expect_error.h"
#include "tests/unit/cni/conf/mistake.h"

namespace rxlease::cni {
namespace {

class BadText : public testing::TestWithParam<Mistake> {};

TEST_P(BadText, IsExplained) {
  const auto& mistake = GetParam();
  expect_error(error_of([&] { parse_net_conf(mistake.input); }), mistake.code, mistake.message,
               mistake.details);
}

// Whole configurations.
INSTANTIATE_TEST_SUITE_P(
    Configuration, BadText,
    testing::Values(
        Mistake{"Nothing", "", decode, {"network configuration", "line 1, column 1"}, {"unexpected end"}},
        Mistake{"NoObject", "[1]", decode, {"not an object", "[1]"}, {"{ ... }"}},
        Mistake{"Null", "null", decode, {"not an object", "null"}, {"{ ... }"}},
        Mistake{"CutOff", "{\"name\":\n \"a\",", decode, {"line 2, column 6"}, {"unexpected end"}},
        Mistake{"TrailingText", "{} x", decode, {"line 1, column 4"}, {"expected end of input"}},
        Mistake{"Comment", "{ // x\n}", decode, {"line 1, column 3"}, {"invalid literal"}},
        Mistake{"SingleQuotes", "{'name': 1}", decode, {"line 1, column 2"}, {"string literal"}},
        Mistake{"NotUtf8", "{\"name\": \"\xff\"}", decode, {"line 1, column 11"}, {"UTF-8"}},
        Mistake{"NumberBeyondAllMeasure", R"({"mtu": 1e999})", decode, {"not JSON"}, {"1e999"}},
        Mistake{"KeyTwice", R"({"mtu": 1, "mtu": 2})", decode, {"\"mtu\" twice"}, {"once"}},
        Mistake{"InnerKeyTwice", R"({"ipam": {"a": [{"b": 1, "b": 2}]}})", decode, {"ipam.a.b"}, {"once"}},
        Mistake{
            "NoVersion", "{}", incompatible, {"cniVersion", "missing"}, {"0.3.1", "0.4.0", "1.0.0", "1.1.0"}},
        Mistake{
            "OldVersion", R"({"cniVersion": "0.2.0"})", incompatible, {"cniVersion", "\"0.2.0\""}, {"0.3.1"}},
        Mistake{
            "NewVersion", R"({"cniVersion": "2.0.0"})", incompatible, {"cniVersion", "\"2.0.0\""}, {"1.1.0"}},
        Mistake{
            "VersionAsNumber", R"({"cniVersion": 1.1})", incompatible, {"cniVersion", "1.1"}, {"\"1.1.0\""}},
        Mistake{
            "VersionNull", R"({"cniVersion": null})", incompatible, {"cniVersion", "missing"}, {"\"1.1.0\""}},
        Mistake{
            "NoName", R"({"cniVersion": "1.1.0", "type": "r"})", invalid, {"\"name\" is missing"}, {"add"}},
        Mistake{
            "NoType", R"({"cniVersion": "1.1.0", "name": "n"})", invalid, {"\"type\" is missing"}, {"add"}},
        Mistake{"PathAsName",
                R"({"cniVersion": "1.0.0", "name": "../n"})",
                invalid,
                {"name", "../n"},
                {"letter"}},
        Mistake{"EmptyName", R"({"cniVersion": "1.0.0", "name": ""})", invalid, {"name", "\"\""}, {"letter"}},
        Mistake{"EmptyType",
                R"({"cniVersion": "1.0.0", "name": "n", "type": ""})",
                invalid,
                {"type", "\"\""},
                {"file"}}),
    name_of);

class BadMember : public testing::TestWithParam<Mistake> {};

TEST_P(BadMember, IsExplained) {
  const auto& mistake = GetParam();
  const auto text = R"({"cniVersion": "1.1.0", "name": "n", "type": "rxlease", )" + mistake.input + "}";
  expect_error(error_of([&] { parse_net_conf(text); }), mistake.code, mistake.message, mistake.details);
}

// Members of a configuration that is right without them.
INSTANTIATE_TEST_SUITE_P(
    Keys, BadMember,
    testing::Values(
        Mistake{"Unknown", R"("bridge": "br0")", unsupported, {"\"bridge\": \"br0\""}, {"leave it out"}},
        Mistake{"Misspelt", R"("peerPolcy": "forward")", unsupported, {"peerPolcy"}, {"\"peerPolicy\"?"}},
        Mistake{"OtherCase", R"("MTU": 1500)", unsupported, {"\"MTU\": 1500"}, {"\"mtu\"?"}},
        Mistake{
            "SnakeCase", R"("lease_timeout_ms": 1)", unsupported, {"lease_timeout_ms"}, {"leaseTimeoutMs"}},
        Mistake{"Masquerading", R"("ipMasq": true)", unsupported, {"ipMasq", "true"}, {"leave it out"}},
        Mistake{"MasqueradingAsText", R"("ipMasq": "no")", invalid, {"ipMasq", "\"no\""}, {"true or false"}},
        Mistake{"DnsUnknown", R"("dns": {"servers": []})", unsupported, {"dns.servers", "[]"}, {"leave"}},
        Mistake{
            "DnsMisspelt", R"("dns": {"nameserver": []})", unsupported, {"dns.nameserver"}, {"nameservers"}},
        Mistake{"DnsNumber", R"("dns": 8)", invalid, {"\"dns\": 8"}, {"object"}},
        Mistake{"DnsDomainList", R"("dns": {"domain": []})", invalid, {"dns.domain", "[]"}, {"quotation"}},
        Mistake{"DnsServerNumber",
                R"("dns": {"nameservers": [8]})",
                invalid,
                {"dns.nameservers[0]", "8"},
                {"quot"}},
        Mistake{"PrevResultList", R"("prevResult": [])", invalid, {"prevResult", "[]"}, {"object"}},
        Mistake{
            "RuntimeConfigText", R"("runtimeConfig": "")", invalid, {"runtimeConfig", "\"\""}, {"object"}},
        Mistake{"IpamText", R"("ipam": "host-local")", invalid, {"ipam", "host-local"}, {"object"}},
        Mistake{
            "IpamTypeMissing", R"("ipam": {"subnet": "a"})", invalid, {"\"ipam.type\" is missing"}, {"add"}},
        Mistake{"IpamTypeNumber", R"("ipam": {"type": 1})", invalid, {"ipam.type", "1"}, {"quotation"}},
        Mistake{"IpamTypePath", R"("ipam": {"type": "../x"})", invalid, {"ipam.type", "../x"}, {"file name"}},
        Mistake{"IpamItself",
                R"("ipam": {"type": "rxlease"})",
                invalid,
                {"ipam.type", "rxlease"},
                {"host-local"}},
        Mistake{"StateRelative", R"("stateDirectory": "run")", invalid, {"stateDirectory", "run"}, {"begin"}},
        Mistake{
            "StateDots", R"("stateDirectory": "/a/../b")", invalid, {"stateDirectory", "/a/../b"}, {".."}},
        Mistake{"StateSlash", R"("stateDirectory": "/a/")", invalid, {"stateDirectory", "/a/"}, {"end"}},
        Mistake{
            "StateNul", R"("stateDirectory": "/a\u0000b")", invalid, {"stateDirectory", "u0000"}, {"begin"}},
        Mistake{"AttachmentsObject",
                R"("cni.dev/valid-attachments": {})",
                invalid,
                {"valid-attachments"},
                {"array"}},
        Mistake{"AttachmentWithoutIfname",
                R"("cni.dev/valid-attachments": [{"containerID": "a"}])",
                invalid,
                {"\"cni.dev/valid-attachments[0].ifname\" is missing"},
                {"add"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Netkit, BadMember,
    testing::Values(
        Mistake{"PairingUnknown",
                R"("pairing": "both")",
                invalid,
                {"pairing", "both"},
                {R"("pair" or "single")"}},
        Mistake{"PairingNumber", R"("pairing": 1)", invalid, {"pairing", "1"}, {"quotation"}},
        Mistake{"ModeUpperCase", R"("mode": "L3")", invalid, {"mode", "L3"}, {R"("l3" or "l2")"}},
        Mistake{
            "PolicyUnknown", R"("policy": "drop")", invalid, {"policy", "drop"}, {"forward", "blackhole"}},
        Mistake{"ScrubBoolean", R"("scrub": true)", invalid, {"scrub", "true"}, {"quotation"}},
        Mistake{
            "PeerScrubUnknown", R"("peerScrub": "all")", invalid, {"peerScrub", "all"}, {"default", "none"}},
        Mistake{"HeadroomTooMuch", R"("headroom": 65536)", invalid, {"headroom", "65536"}, {"0 to 65535"}},
        Mistake{
            "TailroomNegative", R"("tailroom": -1)", invalid, {"tailroom", "-1"}, {"bytes", "leave it out"}},
        Mistake{"MtuTooSmall",
                R"("mtu": 20)",
                invalid,
                {"\"mtu\": 20 is out of range"},
                {"bytes from 68 to 65535"}},
        Mistake{"MtuTooLarge", R"("mtu": 65536)", invalid, {"mtu", "65536"}, {"the kernel's default"}},
        Mistake{"MtuText", R"("mtu": "9000")", invalid, {"mtu", "\"9000\"", "whole number"}, {"68"}},
        Mistake{"MtuFraction", R"("mtu": 1500.0)", invalid, {"mtu", "1500.0", "whole number"}, {"68"}},
        Mistake{"MtuBoolean", R"("mtu": true)", invalid, {"mtu", "true", "whole number"}, {"68"}},
        Mistake{
            "MtuBeyond64Bits", R"("mtu": 99999999999999999999)", invalid, {"mtu", "out of range"}, {"65535"}},
        Mistake{"MacText",
                R"("mode": "l2", "mac": "02-00-00-00-00-01")",
                invalid,
                {"mac", "02-00"},
                {"six pairs"}},
        Mistake{"MacGroup",
                R"("mode": "l2", "mac": "01:00:00:00:00:01")",
                invalid,
                {"mac", "01:00"},
                {"unicast"}},
        Mistake{
            "MacZero", R"("mode": "l2", "mac": "00:00:00:00:00:00")", invalid, {"mac", "00:00"}, {"unicast"}},
        Mistake{
            "MacInL3", R"("mac": "02:00:00:00:00:01")", invalid, {"mac", "02:00", "l3"}, {R"("mode": "l2")"}},
        Mistake{"RuntimeMacInL3",
                R"("runtimeConfig": {"mac": "02:00:00:00:00:01"})",
                invalid,
                {"runtimeConfig.mac", "02:00", "l3"},
                {R"("mode": "l2")"}},
        Mistake{"InterfaceLong",
                R"("interface": "abcdefghijklmnop")",
                invalid,
                {"interface", "nop"},
                {"1 to 15"}},
        Mistake{"InterfaceEmpty", R"("interface": "")", invalid, {"interface", "\"\""}, {"1 to 15"}},
        Mistake{"SingleScrub", R"("pairing": "single", "scrub": "default")", invalid, {"scrub"}, {"pair"}},
        Mistake{"SinglePeerScrub",
                R"("pairing": "single", "peerScrub": "none")",
                invalid,
                {"peerScrub"},
                {"pair"}},
        Mistake{"SinglePeer",
                R"("pairing": "single", "peerPolicy": "forward")",
                invalid,
                {"peerPolicy"},
                {"pair"}},
        Mistake{
            "SinglePolicy", R"("pairing": "single", "policy": "blackhole")", invalid, {"policy"}, {"pair"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Queues, BadMember,
    testing::Values(
        Mistake{"ResourceBare", R"("resource": "rxq")", invalid, {"resource", "rxq"}, {"DOMAIN/NAME"}},
        Mistake{"ResourceOfKubernetes",
                R"("resource": "kubernetes.io/a")",
                invalid,
                {"resource"},
                {"other than"}},
        Mistake{
            "ResourceUpperCase", R"("resource": "A.b/c")", invalid, {"resource", "A.b/c"}, {"DOMAIN/NAME"}},
        Mistake{"ResourceDash", R"("resource": "a.b/c-")", invalid, {"resource", "a.b/c-"}, {"DOMAIN/NAME"}},
        Mistake{
            "ResourcePath", R"("resource": "a.b/c/d")", invalid, {"resource", "a.b/c/d"}, {"DOMAIN/NAME"}},
        Mistake{"OptionalText",
                R"("optional": "true")",
                invalid,
                {"optional", "\"true\""},
                {"without quotation"}},
        Mistake{"OptionalNumber", R"("optional": 1)", invalid, {"optional", "1"}, {"true or false"}},
        Mistake{"TimeoutLong",
                R"("leaseTimeoutMs": 60001)",
                invalid,
                {"leaseTimeoutMs", "60001"},
                {"milliseconds"}},
        Mistake{
            "TimeoutNegative", R"("leaseTimeoutMs": -5)", invalid, {"leaseTimeoutMs", "-5"}, {"1 to 60000"}},
        Mistake{"TimeoutNone",
                R"("leaseTimeoutMs": 0)",
                invalid,
                {"\"leaseTimeoutMs\": 0 is out of range"},
                {"milliseconds from 1 to 60000", "leave it out for 5000"}},
        Mistake{
            "IpamTimeoutNone", R"("ipamTimeoutMs": 0)", invalid, {"ipamTimeoutMs", "0"}, {"100 to 600000"}},
        Mistake{"QueuesNone", R"("queues": 0)", invalid, {"queues", "0"}, {"queues from 1 to 1023", "left"}},
        Mistake{"QueuesTooMany", R"("queues": 1024)", invalid, {"queues", "1024"}, {"1 to 1023"}},
        Mistake{"QueuesText", R"("queues": "2")", invalid, {"queues", "\"2\"", "whole number"}, {"1023"}},
        Mistake{"UnknownNull", R"("bridge": null)", unsupported, {"\"bridge\": null"}, {"leave it out"}},
        Mistake{"QueuesBesideDevices",
                R"("queues": 1, "devices": ["e-rx1"])",
                invalid,
                {"\"queues\": 1", "devices"},
                {"one of the two"}},
        Mistake{"QueuesMisspelt", R"("queue": 1)", unsupported, {"\"queue\": 1"}, {"\"queues\"?"}},
        Mistake{"DevicesText", R"("devices": "e-rx1")", invalid, {"devices", "e-rx1"}, {"array"}},
        Mistake{"DevicesNone", R"("devices": [])", invalid, {"devices", "[]", "no queue"}, {"leave it out"}},
        Mistake{"DeviceNumber", R"("devices": [15])", invalid, {"devices[0]", "15"}, {"quotation"}},
        Mistake{"DeviceEmpty", R"("devices": ["e-rx1", ""])", invalid, {"devices[1]", "\"\""}, {"p0-rx15"}},
        Mistake{
            "DeviceForeign", R"("devices": ["0000:0a:00.0"])", invalid, {"devices[0]", "0a"}, {"p0-rx15"}},
        Mistake{
            "DeviceTwice", R"("devices": ["e-rx1", "e-rx1"])", invalid, {"devices[1]", "twice"}, {"once"}},
        Mistake{
            "DevicesOfTwoNics", R"("devices": ["e-rx1", "f-rx1"])", invalid, {"f-rx1", "e-rx1"}, {"two att"}},
        Mistake{"DeviceIdForeign",
                R"("deviceID": "0000:03:02.1", "resource": "a.b/c")",
                invalid,
                {"deviceID", "0000:03:02.1"},
                {"k8s.v1.cni.cncf.io/resourceName: a.b/c"}},
        Mistake{
            "DeviceIdNumber", R"("devices": ["e-rx1"], "deviceID": 1)", invalid, {"deviceID", "1"}, {"quot"}},
        Mistake{"RuntimeDeviceForeign",
                R"("runtimeConfig": {"deviceID": "gpu0"})",
                invalid,
                {"runtimeConfig.deviceID", "gpu0"},
                {"resourceName"}},
        Mistake{
            "IpsText", R"("runtimeConfig": {"ips": "10.0.0.1"})", invalid, {"runtimeConfig.ips"}, {"array"}},
        Mistake{"IpsHostName",
                R"("runtimeConfig": {"ips": ["web"]})",
                invalid,
                {"ips", "\"web\""},
                {"fd00::5/64"}},
        Mistake{"IpsWithoutIpam",
                R"("runtimeConfig": {"ips": ["10.0.0.1"]})",
                invalid,
                {"ips", "IPAM"},
                {"static"}}),
    name_of);

}  // namespace
}  // namespace rxlease::cni
