// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "deviceplugin/config/print.h"
#include "tests/ends_within.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* minimal = R"(
pools:
- name: rxq
  selectors: { drivers: [mlx5_core] }
  queues: { count: 8 }
)";

constexpr const char* complete = R"(
resourcePrefix: nic.example.com
stateDirectory: /tmp/state
persistentDirectory: /tmp/kept
kubeletDirectory: /tmp/kubelet
bpfDirectory: /tmp/bpf
cniBinDirectory: /tmp/bin
cniConfDirectory: "/tmp/net d"
rescanSeconds: 3600
metrics: { address: "[::1]:0" }
log: { level: trace, format: json }
foreignLeases: reclaim
guard: nic
pools:
  - name: "1e3"
    selectors:
      interfaces: ["enp*[0-3]", "[!e]?", eth0]
      drivers: [bnxt_en]
      pciAddresses: ["0000:0a:00.0", 10000:e1:1f.7]
      parents: [netdevsim1, mlx5_core.sf.2, "on"]
      numaNodes: [0, 1]
    queues: { ids: [20, 8-15, "17-18"] }
    channels: 21
    headerSplit: false
    rss: keep
    repair: true
    napi: { deferHardIrqs: 2, groFlushTimeoutNs: 200000, irqSuspendTimeoutNs: 20000000, threaded: busy-poll }
    topology: false
  - name: afxdp
    selectors: { interfaces: [eth1] }
    queues: { count: 1023 }
    use: afxdp
    channels: 1024
)";

LoadedConfig parse(const std::string& text) {
  return parse_config(text, "config.yaml");
}

TEST(Config, NeedsPoolsOnly) {
  const auto loaded = parse(minimal);
  Config expected;
  expected.pools.resize(1);
  expected.pools[0].name = "rxq";
  expected.pools[0].selectors.drivers = {"mlx5_core"};
  expected.pools[0].queues.count = 8;
  EXPECT_EQ(loaded.config, expected);
  EXPECT_THAT(loaded.problems, IsEmpty());
}

TEST(Config, HasTheDocumentedDefaults) {
  const auto config = parse(minimal).config;
  EXPECT_EQ(config.resource_of(config.pools[0]), "rxlease.dev/rxq");
  EXPECT_EQ(config.state_directory, "/run/rxlease");
  EXPECT_EQ(config.persistent_directory, "/var/lib/rxlease");
  EXPECT_EQ(config.socket_of(config.pools[0]), "/var/lib/kubelet/device-plugins/rxlease-rxq.sock");
  EXPECT_EQ(config.bpf_directory, "/sys/fs/bpf/rxlease");
  EXPECT_EQ(config.cni_bin_directory, "/opt/cni/bin");
  EXPECT_EQ(config.cni_conf_directory, "/etc/cni/net.d");
  EXPECT_EQ(config.rescan, std::chrono::seconds(10));
  EXPECT_EQ(config.metrics.address, "127.0.0.1:9808");
  EXPECT_EQ(config.log.level, LogLevel::info);
  EXPECT_EQ(config.log.format, LogFormat::text);
  EXPECT_EQ(config.foreign_leases, ForeignLeases::report);
  EXPECT_EQ(config.guard, Guard::pool);
  const auto& pool = config.pools[0];
  EXPECT_EQ(pool.use, PoolUse::memory_provider);
  EXPECT_FALSE(pool.napi);
  EXPECT_FALSE(pool.channels);
  EXPECT_TRUE(pool.header_split);
  EXPECT_EQ(pool.rss, Rss::exclude);
  EXPECT_FALSE(pool.repair);
  EXPECT_TRUE(pool.topology);
}

TEST(Config, ReadsEveryKey) {
  const auto loaded = parse(complete);
  EXPECT_THAT(loaded.problems, IsEmpty());
  const auto& config = loaded.config;
  EXPECT_EQ(config.resource_prefix, "nic.example.com");
  EXPECT_EQ(config.state_directory, "/tmp/state");
  EXPECT_EQ(config.persistent_directory, "/tmp/kept");
  EXPECT_EQ(config.kubelet_directory, "/tmp/kubelet");
  EXPECT_EQ(config.bpf_directory, "/tmp/bpf");
  EXPECT_EQ(config.cni_bin_directory, "/tmp/bin");
  EXPECT_EQ(config.cni_conf_directory, "/tmp/net d");
  EXPECT_EQ(config.rescan, std::chrono::hours(1));
  EXPECT_EQ(config.metrics.address, "[::1]:0");
  EXPECT_EQ(config.log.level, LogLevel::trace);
  EXPECT_EQ(config.log.format, LogFormat::json);
  EXPECT_EQ(config.foreign_leases, ForeignLeases::reclaim);
  ASSERT_EQ(config.pools.size(), 2U);
  const auto& pool = config.pools[0];
  EXPECT_EQ(pool.name, "1e3");
  EXPECT_THAT(pool.selectors.interfaces, ElementsAre("enp*[0-3]", "[!e]?", "eth0"));
  EXPECT_THAT(pool.selectors.drivers, ElementsAre("bnxt_en"));
  EXPECT_THAT(pool.selectors.pci_addresses, ElementsAre("0000:0a:00.0", "10000:e1:1f.7"));
  EXPECT_THAT(pool.selectors.parents, ElementsAre("netdevsim1", "mlx5_core.sf.2", "on"));
  EXPECT_THAT(pool.selectors.numa_nodes, ElementsAre(0, 1));
  EXPECT_EQ(pool.queues.count, 0U);
  EXPECT_THAT(pool.queues.ids, ElementsAre(8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 20));
  EXPECT_EQ(pool.channels, 21U);
  EXPECT_FALSE(pool.header_split);
  EXPECT_EQ(pool.rss, Rss::keep);
  EXPECT_TRUE(pool.repair);
  EXPECT_FALSE(pool.topology);
  ASSERT_TRUE(pool.napi);
  EXPECT_EQ(pool.napi->defer_hard_irqs, 2U);
  EXPECT_EQ(pool.napi->gro_flush_timeout, 200'000U);
  EXPECT_EQ(pool.napi->irq_suspend_timeout, 20'000'000U);
  EXPECT_EQ(pool.napi->threaded, kernel::NapiThreaded::busy_poll);
  EXPECT_EQ(config.pools[1].use, PoolUse::af_xdp);
}

// Helm reads its values as YAML 1.1, where off is false.
TEST(Config, HasNoGuardIfItIsOffOrFalse) {
  for (const auto* word : {"off", "false", "\"off\""}) {
    EXPECT_EQ(parse(minimal + std::string("guard: ") + word + "\n").config.guard, Guard::off) << word;
  }
}

TEST(Config, SplitsNoHeadersForAfXdp) {
  EXPECT_FALSE(parse(complete).config.pools.at(1).header_split);
}

TEST(Config, IsJsonTooWithAnyLineEnds) {
  const auto loaded = parse(
      "\xef\xbb\xbf{\"metrics\": {\"address\": \"\"},\r\n \"pools\": [{\"name\": \"a\",\r\n"
      " \"selectors\": {\"parents\": [\"x\"]}, \"queues\": {\"ids\": [\"1-2\", 3]}}]}\r\n");
  EXPECT_EQ(loaded.config.metrics.address, "");
  EXPECT_THAT(loaded.config.pools.at(0).queues.ids, ElementsAre(1, 2, 3));
}

TEST(Config, TellsWhereEachPoolBegins) {
  const auto positions = parse(complete).pool_positions;
  EXPECT_EQ(positions.at("1e3"), (Position{15, 5}));
  EXPECT_EQ(positions.at("afxdp"), (Position{29, 5}));
}

TEST(Config, LeavesOutUnusablePoolsOnly) {
  const auto loaded = parse(R"(
pools:
- { name: a, selectors: { interfaces: [eth0] }, queues: { count: none } }
- { name: a, selectors: { interfaces: [eth0] }, queues: { count: 4 } }
- { name: b, selectors: { interfaces: [eth0] }, queues: { count: 4 } }
- { name: c, selectors: { interfaces: [eth1] }, queues: { count: 4 } }
)");
  ASSERT_EQ(loaded.config.pools.size(), 2U);
  EXPECT_EQ(loaded.config.pools[0].name, "a");
  EXPECT_EQ(loaded.config.pools[1].name, "c");
  ASSERT_EQ(loaded.problems.size(), 2U);
  EXPECT_EQ(loaded.problems[0].key, "pools[0].queues.count");
  EXPECT_EQ(
      loaded.problems[1].to_string(),
      "config.yaml:5:3: pools[2]: it claims what pool \"a\" of line 4 has: interface \"eth0\", the highest "
      "queues; give each queue to one pool");
}

TEST(Config, LeavesOutAPoolWhoseNicHasAnotherUse) {
  const auto loaded = parse(R"(
pools:
- { name: a, selectors: { interfaces: [eth0] }, queues: { ids: [4] }, use: afxdp }
- { name: b, selectors: { interfaces: ["eth*"] }, queues: { ids: [5] } }
- { name: c, selectors: { interfaces: [eth0] }, queues: { ids: [6] }, use: afxdp }
)");
  ASSERT_EQ(loaded.config.pools.size(), 2U);
  EXPECT_EQ(loaded.config.pools[1].name, "c");
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(
      loaded.problems[0].to_string(),
      "config.yaml:4:3: pools[1].use: a NIC does either AF_XDP or memory providers, and pool \"a\" of line "
      "3 has interface \"eth0\" for afxdp; let pools that share a NIC have the same use");
}

TEST(Config, MayBeLeftWithoutPools) {
  const auto loaded = parse("pools: [rxq]");
  EXPECT_THAT(loaded.config.pools, IsEmpty());
  EXPECT_EQ(loaded.problems.size(), 1U);
}

TEST(EffectiveYaml, ReadsBackAsTheSameConfiguration) {
  for (const auto* const text : {minimal, complete}) {
    const auto config = parse(text).config;
    const auto again = parse(effective_yaml(config));
    EXPECT_EQ(again.config, config);
    EXPECT_THAT(again.problems, IsEmpty());
    EXPECT_EQ(effective_yaml(again.config), effective_yaml(config));
  }
}

TEST(EffectiveYaml, SaysEverythingInOneForm) {
  EXPECT_EQ(effective_yaml(parse(minimal).config), R"(resourcePrefix: rxlease.dev
stateDirectory: /run/rxlease
persistentDirectory: /var/lib/rxlease
kubeletDirectory: /var/lib/kubelet
bpfDirectory: /sys/fs/bpf/rxlease
cniBinDirectory: /opt/cni/bin
cniConfDirectory: /etc/cni/net.d
rescanSeconds: 10
metrics:
  address: "127.0.0.1:9808"
log:
  level: info
  format: text
foreignLeases: report
guard: pool
pools:
  - name: rxq
    selectors:
      interfaces: []
      drivers: [mlx5_core]
      pciAddresses: []
      parents: []
      numaNodes: []
    queues:
      count: 8
    use: memory-provider
    headerSplit: true
    rss: exclude
    repair: false
    irqAffinity: keep
    topology: true
    heal: true
)");
}

TEST(EffectiveYaml, QuotesWhatSomeParserWouldMisread) {
  const auto yaml = effective_yaml(parse(complete).config);
  EXPECT_THAT(yaml, HasSubstr("name: \"1e3\"\n"));
  EXPECT_THAT(yaml, HasSubstr("cniConfDirectory: \"/tmp/net d\"\n"));
  EXPECT_THAT(yaml, HasSubstr("interfaces: [\"enp*[0-3]\", \"[!e]?\", eth0]\n"));
  EXPECT_THAT(yaml, HasSubstr("pciAddresses: [\"0000:0a:00.0\", \"10000:e1:1f.7\"]\n"));
  EXPECT_THAT(yaml, HasSubstr("parents: [netdevsim1, mlx5_core.sf.2, \"on\"]\n"));
  EXPECT_THAT(yaml, HasSubstr("ids: [8-15, 17-18, 20]\n"));
}

TEST(LoadConfig, ReadsAFile) {
  const tests::ScratchDirectory directory;
  const auto path = directory / "config.yaml";
  std::ofstream(path) << minimal;
  EXPECT_EQ(load_config(path).config, parse(minimal).config);
}

TEST(LoadConfig, SaysWhyAFileCannotBeRead) {
  const tests::ScratchDirectory directory;
  const auto message_of = [](const std::string& path) -> std::string {
    try {
      load_config(path);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  };
  const auto absent = directory / "absent.yaml";
  EXPECT_THAT(message_of(absent), HasSubstr(absent + ": there is no such file; "));
  EXPECT_THAT(message_of(directory.path()), HasSubstr("it cannot be read: "));
  const tests::EndsWithin limit(20);
  const auto fifo = directory / "fifo.yaml";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(message_of(fifo), HasSubstr("it is no regular file; use a regular file of at most 1 MiB"));
  const auto endless = directory / "endless.yaml";
  std::ofstream(endless) << std::string((1 << 20) + 1, ' ');
  EXPECT_THAT(message_of(endless), HasSubstr("it has more than 1048576 bytes"));
}

}  // namespace
}  // namespace rxlease::deviceplugin::config
