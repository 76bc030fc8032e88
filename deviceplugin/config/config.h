// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/netdev.h"

namespace rxlease::deviceplugin::config {

// What pods do with a pool's queues. A NIC can do only one of the two at a time.
enum class PoolUse { memory_provider, af_xdp };

enum class Rss { exclude, keep };
enum class LogLevel { trace, debug, info, warn, error };
enum class LogFormat { text, json };
enum class ForeignLeases { report, reclaim };

// Which NICs a pool draws from: those that fit every kind that is not empty, and of each kind any one value.
// At least one kind is not empty.
struct Selectors {
  std::vector<std::string> interfaces;     // globs, as of text::glob_matches()
  std::vector<std::string> drivers;        // mlx5_core
  std::vector<std::string> pci_addresses;  // as the kernel writes them: 0000:0a:00.0
  std::vector<std::string> parents;        // parent devices of any bus: netdevsim1, mlx5_core.sf.2
  std::vector<int> numa_nodes;

  bool operator==(const Selectors&) const = default;
};

// Which queues of each NIC: either the `count` with the highest ids, or those of `ids`. Exactly one of the
// two is set. Queue 0 is never among `ids`, and always left by a `count` that `channels` bounds.
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
  std::optional<std::uint32_t> channels;  // combined channels to set; absent: leave them
  bool header_split = true;               // for AF_XDP false: only memory providers need it
  Rss rss = Rss::exclude;
  bool repair = false;                       // change back what somebody else changes of the three above
  std::optional<kernel::NapiSettings> napi;  // of its queues while they are leased; the id means nothing
  bool topology = true;                      // tell kubelet the NUMA node

  bool operator==(const Pool&) const = default;
};

// Where a pool's DevicePlugin service listens. Short enough for a socket's address, as is kubelet's own.
inline std::string plugin_socket(const std::string& kubelet_directory, const std::string& pool) {
  return kubelet_directory + "/device-plugins/rxlease-" + pool + ".sock";
}

// What the daemon runs by. The initial values are what a file says that leaves the key out.
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
  std::string state_directory = "/run/rxlease";           // gone after a reboot
  std::string persistent_directory = "/var/lib/rxlease";  // still there after one
  std::string kubelet_directory = "/var/lib/kubelet";     // device-plugins and pod-resources are below
  std::string bpf_directory = "/sys/fs/bpf/rxlease";      // in a bpffs: what AF_XDP needs
  std::string cni_bin_directory = "/opt/cni/bin";
  std::string cni_conf_directory = "/etc/cni/net.d";
  std::chrono::seconds rescan{10};  // between looks for what raises no notification
  Metrics metrics;
  Log log;
  ForeignLeases foreign_leases = ForeignLeases::report;
  std::vector<Pool> pools;

  std::string resource_of(const Pool& pool) const { return resource_prefix + "/" + pool.name; }

  std::string socket_of(const Pool& pool) const { return plugin_socket(kubelet_directory, pool.name); }

  bool operator==(const Config&) const = default;
};

}  // namespace rxlease::deviceplugin::config
