// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/net_conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cni/spec/versions.h"
#include "tests/unit/cni/conf/expect_error.h"
#include "tests/unit/cni/conf/parse_with.h"

namespace rxlease::cni {
namespace {

std::vector<std::string> ids(const NetConf& conf) {
  std::vector<std::string> ids;
  for (const auto& device : conf.queues.devices) ids.push_back(device.to_string());
  return ids;
}

TEST(NetConf, HasDefaultsForEverythingButVersionNameAndType) {
  const auto conf = parse_with("");
  EXPECT_EQ(conf.cni_version, "1.1.0");
  EXPECT_EQ(conf.name, "zerocopy");
  EXPECT_EQ(conf.type, "rxlease");
  EXPECT_EQ(conf.netkit.pairing, kernel::NetkitPairing::pair);
  EXPECT_EQ(conf.netkit.mode, kernel::NetkitMode::l3);
  EXPECT_EQ(conf.netkit.policy, kernel::NetkitPolicy::forward);
  EXPECT_EQ(conf.netkit.peer_policy, kernel::NetkitPolicy::forward);
  EXPECT_EQ(conf.netkit.scrub, kernel::NetkitScrub::standard);
  EXPECT_EQ(conf.netkit.peer_scrub, kernel::NetkitScrub::standard);
  EXPECT_EQ(conf.netkit.headroom, 0);
  EXPECT_EQ(conf.netkit.tailroom, 0);
  EXPECT_EQ(conf.netkit.mtu, 0U);
  EXPECT_FALSE(conf.netkit.mac);
  EXPECT_EQ(conf.netkit.interface, "rxq0");
  EXPECT_EQ(conf.queues.resource, "rxlease.dev/rxq");
  EXPECT_FALSE(conf.queues.optional);
  EXPECT_TRUE(conf.queues.devices.empty());
  EXPECT_EQ(conf.queues.lease_timeout, std::chrono::milliseconds(5000));
  EXPECT_EQ(conf.ipam_timeout, std::chrono::milliseconds(60000));
  EXPECT_FALSE(conf.ipam_type);
  EXPECT_TRUE(conf.dns.is_null());
  EXPECT_FALSE(conf.prev_result);
  EXPECT_FALSE(conf.valid_attachments);
  EXPECT_EQ(conf.state_directory, "/run/rxlease");
}

TEST(NetConf, ReadsEveryKeyOfAPair) {
  const auto conf =
      parse_with(R"("pairing": "pair", "mode": "l2", "policy": "blackhole", "peerPolicy": "blackhole",
      "scrub": "none", "peerScrub": "none", "headroom": 256, "tailroom": 65535, "mtu": 9000,
      "mac": "02:00:00:00:00:0A", "interface": "net7", "resource": "example.com/zc.rx", "optional": true,
      "devices": ["0000:0a:00.0.p0-rx15", "0000:0a:00.0.p0-rx3"], "leaseTimeoutMs": 1,
      "ipamTimeoutMs": 2500, "ipam": {"type": "host-local", "ranges": []}, "dns": {"nameservers": ["10.0.0.1"], "domain": "a"},
      "stateDirectory": "/tmp/x y/z")");
  EXPECT_EQ(conf.netkit.mode, kernel::NetkitMode::l2);
  EXPECT_EQ(conf.netkit.policy, kernel::NetkitPolicy::blackhole);
  EXPECT_EQ(conf.netkit.peer_policy, kernel::NetkitPolicy::blackhole);
  EXPECT_EQ(conf.netkit.scrub, kernel::NetkitScrub::none);
  EXPECT_EQ(conf.netkit.peer_scrub, kernel::NetkitScrub::none);
  EXPECT_EQ(conf.netkit.headroom, 256);
  EXPECT_EQ(conf.netkit.tailroom, 65535);
  EXPECT_EQ(conf.netkit.mtu, 9000U);
  EXPECT_EQ(conf.netkit.mac->to_string(), "02:00:00:00:00:0a");
  EXPECT_EQ(conf.netkit.interface, "net7");
  EXPECT_EQ(conf.queues.resource, "example.com/zc.rx");
  EXPECT_TRUE(conf.queues.optional);
  EXPECT_EQ(ids(conf), (std::vector<std::string>{"0000:0a:00.0.p0-rx15", "0000:0a:00.0.p0-rx3"}));
  EXPECT_EQ(conf.queues.lease_timeout.count(), 1);
  EXPECT_EQ(conf.ipam_timeout, std::chrono::milliseconds(2500));
  EXPECT_EQ(conf.ipam_type, "host-local");
  EXPECT_EQ(conf.dns["domain"], "a");
  EXPECT_EQ(conf.state_directory, "/tmp/x y/z");
}

TEST(NetConf, ReadsASingle) {
  const auto conf = parse_with(R"("pairing": "single", "policy": "forward", "mode": "l2", "headroom": 1)");
  EXPECT_EQ(conf.netkit.pairing, kernel::NetkitPairing::single);
}

TEST(NetConf, SpeaksEverySupportedVersion) {
  for (const auto version : supported_versions) {
    const auto text = R"({"cniVersion": ")" + std::string(version) + R"(", "name": "n", "type": "rxlease"})";
    EXPECT_EQ(parse_net_conf(text).cni_version, version);
  }
}

TEST(NetConf, KeepsItsOwnBytesForIpam) {
  const auto text = text_with("\"mtu\":   1500\n");
  EXPECT_EQ(parse_net_conf(text).text, text);
}

TEST(NetConf, AcceptsTheKeysOfRuntimesAndOtherReaders) {
  EXPECT_NO_THROW(
      parse_with(R"("capabilities": {"mac": true}, "args": {"cni": {}}, "pciBusID": "0000:0a:00.0",
      "disableCheck": true, "disableGC": false, "cniVersions": ["1.0.0"], "loadOnlyInlinedPlugins": true,
      "ipMasq": false, "vendor.example/key": {"a": 1}, "cni.dev/attachments": [],
      "runtimeConfig": {"portMappings": [], "bandwidth": {}})"));
}

TEST(NetConf, TakesNullFromARuntimeForNothing) {
  const auto conf =
      parse_with(R"("prevResult": null, "runtimeConfig": null, "cni.dev/valid-attachments": null)");
  EXPECT_FALSE(conf.prev_result);
  ASSERT_TRUE(conf.valid_attachments);
  EXPECT_TRUE(conf.valid_attachments->empty());
}

// As generators write files that say nothing of a key.
TEST(NetConf, TakesNullForAKeyThatIsNotSet) {
  const auto conf = parse_with(
      R"("pairing": null, "mode": null, "policy": null, "scrub": null, "mtu": null, "mac": null,
      "interface": null, "devices": null, "deviceID": null, "queues": null, "resource": null, "optional": null,
      "leaseTimeoutMs": null, "podResourcesSocket": null, "steering": null, "podDestinations": null,
      "proxyNeighbors": null,
      "ipam": null, "dns": null, "stateDirectory": null, "ipMasq": null,
      "args": {"cni": {"steering": null}})");
  EXPECT_EQ(conf.netkit.mtu, 0U);
  EXPECT_EQ(conf.netkit.interface, "rxq0");
  EXPECT_TRUE(conf.queues.devices.empty());
  EXPECT_FALSE(conf.ipam_type);
  EXPECT_FALSE(conf.steering.pod_flows);
  EXPECT_EQ(conf.state_directory, "/run/rxlease");
}

TEST(NetConf, LeavesAnMtuOfZeroToTheKernel) {
  EXPECT_EQ(parse_with(R"("mtu": 0)").netkit.mtu, 0U);
}

TEST(NetConf, ReadsTheListOfValidAttachmentsUnderItsOlderKeyToo) {
  const auto conf = parse_with(R"("cni.dev/attachments": [{"containerID": "a", "ifname": "eth0"}])");
  EXPECT_EQ(conf.valid_attachments, (std::vector<AttachmentKey>{{"a", "eth0"}}));
  const auto both = parse_with(R"("cni.dev/attachments": [{"containerID": "a", "ifname": "eth0"}],
      "cni.dev/valid-attachments": [{"containerID": "b", "ifname": "eth0"}])");
  EXPECT_EQ(both.valid_attachments, (std::vector<AttachmentKey>{{"b", "eth0"}}));
}

TEST(NetConf, ReadsTheListOfValidAttachments) {
  const auto conf = parse_with(R"("cni.dev/valid-attachments": [{"containerID": "a", "ifname": "eth0"},
      {"containerID": "b", "ifname": "net1", "more": 1}])");
  EXPECT_EQ(conf.valid_attachments, (std::vector<AttachmentKey>{{"a", "eth0"}, {"b", "net1"}}));
}

TEST(NetConf, TellsAnEmptyListOfValidAttachmentsFromNone) {
  const auto conf = parse_with(R"("cni.dev/valid-attachments": [])");
  ASSERT_TRUE(conf.valid_attachments);
  EXPECT_TRUE(conf.valid_attachments->empty());
}

TEST(NetConf, TakesAnEmptyIpamForNone) {
  EXPECT_FALSE(parse_with(R"("ipam": {})").ipam_type);
  EXPECT_FALSE(parse_with(R"("ipam": {"type": ""})").ipam_type);
}

TEST(NetConf, TakesTheDeviceOfMultus) {
  EXPECT_EQ(ids(parse_with(R"("deviceID": "netdevsim1.p1-rx7", "pciBusID": "netdevsim1.p1-rx7")")),
            std::vector<std::string>{"netdevsim1.p1-rx7"});
}

TEST(NetConf, TakesTheDeviceOfRuntimeConfigLast) {
  const std::string runtime = R"("runtimeConfig": {"deviceID": "netdevsim1.p1-rx9"})";
  EXPECT_EQ(ids(parse_with(runtime)), std::vector<std::string>{"netdevsim1.p1-rx9"});
  EXPECT_EQ(ids(parse_with(R"("deviceID": "netdevsim1.p1-rx7", )" + runtime)),
            std::vector<std::string>{"netdevsim1.p1-rx7"});
}

TEST(NetConf, PrefersListedDevicesToInjectedOnes) {
  const auto conf = parse_with(R"("devices": ["netdevsim1.p1-rx1"], "deviceID": "0000:03:02.0")");
  EXPECT_EQ(ids(conf), std::vector<std::string>{"netdevsim1.p1-rx1"});
}

TEST(NetConf, TakesAnEmptyInjectedDeviceForNone) {
  EXPECT_TRUE(parse_with(R"("deviceID": "", "runtimeConfig": {"deviceID": ""})").queues.devices.empty());
}

TEST(NetConf, LeasesUpTo1023Devices) {
  std::string list;
  for (int queue = 1; queue <= 1023; ++queue) {
    list += (list.empty() ? "\"" : ", \"") + std::string("eth-rx") + std::to_string(queue) + "\"";
  }
  EXPECT_EQ(parse_with("\"devices\": [" + list + "]").queues.devices.size(), 1023U);
  const auto error = error_of([&] { parse_with("\"devices\": [" + list + ", \"eth-rx1024\"]"); });
  expect_error(error, Code::invalid_config, {"devices", "1024"}, {"1023"});
}

// Runtimes and generators write it for none.
TEST(NetConf, TakesAnEmptyMacForNone) {
  EXPECT_FALSE(parse_with(R"("mac": "", "runtimeConfig": {"mac": ""})").netkit.mac);
  const auto conf = parse_with(R"("mode": "l2", "mac": "02:00:00:00:00:01", "runtimeConfig": {"mac": ""})");
  EXPECT_EQ(conf.netkit.mac->to_string(), "02:00:00:00:00:01");
}

TEST(NetConf, PrefersTheMacOfRuntimeConfig) {
  const auto conf = parse_with(
      R"("mode": "l2", "mac": "02:00:00:00:00:01", "runtimeConfig": {"mac": "02:00:00:00:00:02"})");
  EXPECT_EQ(conf.netkit.mac->to_string(), "02:00:00:00:00:02");
}

TEST(NetConf, TakesAddressesOfRuntimeConfigWhenThereIsIpam) {
  EXPECT_NO_THROW(
      parse_with(R"("ipam": {"type": "static"}, "runtimeConfig": {"ips": ["10.0.0.1", "fd00::1/64"]})"));
  EXPECT_NO_THROW(parse_with(R"("runtimeConfig": {"ips": []})"));
}

TEST(NetConf, TakesAllQueuesUnlessToldOtherwise) {
  EXPECT_FALSE(parse_with("").queues.count);
  EXPECT_EQ(parse_with("\"queues\": 1023").queues.count, 1023U);
}

TEST(NetConf, PassesOverAKeyOfAnEarlierReleaseWithAWarning) {
  EXPECT_THAT(parse_with("").warnings, testing::IsEmpty());
  EXPECT_THAT(parse_with(R"("podResourcesSocket": "/run/kubelet.sock")").warnings,
              testing::ElementsAre(testing::AllOf(testing::HasSubstr("podResourcesSocket"),
                                                  testing::HasSubstr("kubeletDirectory"))));
}

TEST(NetConf, NestsUpTo64Levels) {
  const auto nested = [](std::size_t levels) {
    return "\"args\": " + std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_NO_THROW(parse_with(nested(63)));
  expect_error(error_of([&] { parse_with(nested(64)); }), Code::decode_failure, {"64 deep"}, {"nest less"});
}

TEST(NetConf, IsAtMostAMebibyteLong) {
  const auto text = text_with("");
  const std::size_t most = std::size_t{1} << 20U;
  EXPECT_NO_THROW(parse_net_conf(text + std::string(most - text.size(), ' ')));
  const auto error = error_of([&] { parse_net_conf(text + std::string(most - text.size() + 1, ' ')); });
  expect_error(error, Code::decode_failure, {"longer than 1 MiB"}, {"shorten"});
}

TEST(NetConf, CutsLongValuesInMessages) {
  const auto error = error_of([] { parse_with("\"blob\": \"" + std::string(5000, 'x') + "\""); });
  expect_error(error, Code::unsupported_field, {"blob", "xxx..."}, {"leave it out"});
  EXPECT_LT(std::string(error.what()).size(), 200U);
}

TEST(NetConf, KeepsMessagesPrintableWhateverTheInput) {
  const std::vector<std::string> inputs{"{\"\xff\": 1}", "{\"a\": \"\x01\"}", "\x1b[31m",
                                        "{\"a\": nul\xc3\xa9}",
                                        text_with("\"\\u001b[31m\": \"\\n\xe2\x80\xae\"")};
  for (const auto& input : inputs) {
    const auto error = error_of([&] { parse_net_conf(input); });
    for (const char c : error.what() + error.details()) EXPECT_TRUE(c >= ' ' && c < 0x7f) << error.what();
  }
}

TEST(CheckForAdd, RefusesAPairBehindAnotherPlugin) {
  const auto conf = parse_with(R"("prevResult": {"cniVersion": "1.1.0"})");
  expect_error(error_of([&] { check_for_add(conf); }), Code::invalid_config, {"\"pairing\": \"pair\""},
               {"\"pairing\": \"single\"", "first"});
}

TEST(CheckForAdd, RefusesAnOptionalSingleThatIsNotChained) {
  const auto conf = parse_with(R"("pairing": "single", "optional": true)");
  expect_error(error_of([&] { check_for_add(conf); }), Code::invalid_config, {"\"optional\": true"},
               {"leave"});
}

TEST(CheckForAdd, RefusesSeveralQueuesOfTheOneDeviceThatMultusHandsOver) {
  const auto conf = parse_with(R"("queues": 2, "deviceID": "e-rx1")");
  expect_error(error_of([&] { check_for_add(conf); }), Code::invalid_config, {"\"queues\": 2", "e-rx1"},
               {"k8s.v1.cni.cncf.io/resourceName", "kubelet"});
  EXPECT_NO_THROW(check_for_add(parse_with(R"("queues": 1, "deviceID": "e-rx1")")));
}

TEST(CheckForAdd, TakesEverythingElse) {
  EXPECT_NO_THROW(check_for_add(parse_with(R"("optional": true)")));
  EXPECT_NO_THROW(check_for_add(parse_with(R"("pairing": "single")")));
  EXPECT_NO_THROW(check_for_add(parse_with(R"("pairing": "single", "prevResult": {})")));
  EXPECT_NO_THROW(check_for_add(parse_with(R"("pairing": "single", "prevResult": {}, "optional": true)")));
}

}  // namespace
}  // namespace rxlease::cni
