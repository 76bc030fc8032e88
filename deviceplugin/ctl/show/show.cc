// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/show.h"

#include <unistd.h>

#include "deviceplugin/ctl/guard/guard.h"
#include "deviceplugin/ctl/show/overview_json.h"
#include "deviceplugin/ctl/show/print.h"
#include "deviceplugin/ctl/show/watch.h"
#include "deviceplugin/nic/rx_counters.h"
#include "deviceplugin/prepare/unprepared.h"
#include "kernel/netlink/netdev.h"

namespace rxlease::deviceplugin::ctl {

namespace {

std::string to_text(const Overview& overview, const ShowOptions& options) {
  if (options.format == Format::json) return to_json_text(overview, options.topic);
  return to_tables(overview, options.topic, options.format == Format::wide);
}

// For formats with all columns only: counters change all the time, and --watch would print all the time.
void count_received(Overview& overview, kernel::Namespace& host) {
  const auto netdev = kernel::Netdev::open(host.generic());
  if (!netdev) return;
  for (const auto& nic : overview.nics) {
    const auto counters = nic::rx_counters(*netdev, nic.details.nic.ifindex);
    for (auto& queue : overview.queues) {
      const auto found = counters.find(queue.state.id.queue);
      if (queue.state.id.nic != nic.details.nic.name || found == counters.end()) continue;
      queue.rx_packets = found->second.rx_packets;
      queue.rx_bytes = found->second.rx_bytes;
    }
  }
}

// On a terminal each output replaces the last; elsewhere an empty line separates them.
const char* before(bool first, bool terminal) {
  constexpr const char* clear = "\x1b[H\x1b[2J";
  if (terminal) return clear;
  return first ? "" : "\n";
}

}  // namespace

void show(const config::Config& config, const ShowOptions& options) {
  kernel::LinuxNamespace host(kernel::NetNs::current());
  pools::Inventory inventory(host, "/sys", config.state_directory, pools::Purpose::show);
  const bool kernel_leases = kernel::has_queue_create(host.generic());
  const auto look = [&] {
    inventory.recognize(leases_of_guard(config.state_directory));
    auto snapshot = inventory.scan(config);
    snapshot.verdicts.merge(prepare::unprepared(config, snapshot, host.generic()));
    snapshot.verdicts.merge(prepare::without_xdp_program(snapshot, host.route()));
    snapshot.verdicts.apply(snapshot.pools);
    auto overview = overview_of(snapshot, kernel_leases);
    if (options.format != Format::table) count_received(overview, host);
    return to_text(overview, options);
  };
  if (!options.watch) {
    print(look());
    return;
  }
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  Watch watch(host, config.state_directory, config.rescan);  // before the first scan, to miss no change
  std::string printed;
  do {
    auto text = look();
    if (text == printed) continue;
    print(before(printed.empty(), terminal) + text);
    printed = std::move(text);
  } while (watch.wait());
}

}  // namespace rxlease::deviceplugin::ctl
