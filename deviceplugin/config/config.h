// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::config {

// What pods use a pool's queues for. A NIC supports only one of the two at a time.
enum class PoolUse { memory_provider, af_xdp };

enum class Rss { exclude, keep };
enum class IrqAffinity { follow, keep };
enum class LogLevel { trace, debug, info, warn, error };
enum class LogFormat { text, json };
enum class ForeignLeases { report, reclaim };
enum class Guard {
  off,
  pool,
  nic
};  // the free queues on which the daemon holds a lease: pools', their NICs'

// The NICs of a pool: those that match every selector that is not empty, by any one of its values. At least
// one selector is not empty.
struct Selectors {
  std::vector<std::string> interfaces;     // globs, as of text::glob_matches()
  std::vector<std::string> drivers;        // mlx5_core
  std::vector<std::string> pci_addresses;  // as the kernel writes them: 0000:0a:00.0
  std::vector<std::string> parents;        // parent devices of any bus: netdevsim1, mlx5_core.sf.2
  std::vector<int> numa_nodes;

  bool operator==(const Selectors&) const = default;
};

// The queues of each NIC: either the `count` ones with the highest ids, or `ids`; exactly one of the two is
// set. `ids` does not contain queue 0, and `count` is smaller than `channels`, so that queue 0 is left.
struct Queues {
  std::uint32_t count = 0;         // 0: see ids
  std::vector<std::uint32_t> ids;  // ascending, none twice

  bool operator==(const Queues&) const = default;
};

// One resource: "<prefix>/<name>".
struct Pool {
  std::string name;  // a DNS label: unique among the pools, and still so in upper case with '_' for '-'
  Selectors selectors;
  Queues queues;
  PoolUse use = PoolUse::memory_provider;
  std::optional<std::uint32_t> channels;  // combined channels to set; absent: unchanged
  bool header_split = true;               // false for AF_XDP: only memory providers need it
  Rss rss = Rss::exclude;
  bool repair = false;                           // set these three again after changes by others
  std::optional<kernel::NapiSettings> napi;      // of its queues while they are leased; the id is unused
  IrqAffinity irq_affinity = IrqAffinity::keep;  // follow: interrupts of leased queues go to pods' CPUs
  bool topology = true;                          // report the NUMA node to kubelet
  bool heal = true;  // make pods' attachments again when their NIC has gone and come back

  bool operator==(const Pool&) const = default;
};

// Where a pool's DevicePlugin service listens. Short enough for a socket's address, as is kubelet's own.
inline std::string plugin_socket(const std::string& kubelet_directory, const std::string& pool) {
  return kubelet_directory + "/device-plugins/rxlease-" + pool + ".sock";
}

// The daemon's configuration. A key that the file leaves out has its member's initial value.
struct Config {
  struct Metrics {
    std::string address = "127.0.0.1:9808";  // IP:PORT, [IPv6]:PORT, port 0: any free one; empty: off
    bool operator==(const Metrics&) const = default;
  };
  struct Log {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::text;
    bool operator==(const Log&) const = default;
  };

  std::string resource_prefix = "rxlease.dev";
  std::string state_directory = "/run/rxlease";           // a reboot empties it
  std::string persistent_directory = "/var/lib/rxlease";  // survives reboots
  std::string kubelet_directory = "/var/lib/kubelet";     // device-plugins and pod-resources are below
  std::string bpf_directory = "/sys/fs/bpf/rxlease";      // in a bpffs, for AF_XDP
  std::string cni_bin_directory = "/opt/cni/bin";
  std::string cni_conf_directory = "/etc/cni/net.d";
  std::chrono::seconds rescan{10};  // between scans for changes that raise no notification
  Metrics metrics;
  Log log;
  ForeignLeases foreign_leases = ForeignLeases::report;
  Guard guard = Guard::pool;
  std::vector<Pool> pools;

  std::string resource_of(const Pool& pool) const { return resource_prefix + "/" + pool.name; }

  std::string socket_of(const Pool& pool) const { return plugin_socket(kubelet_directory, pool.name); }

  bool operator==(const Config&) const = default;
};

}  // namespace rxlease::deviceplugin::config
