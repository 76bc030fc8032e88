// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/show.h"

#include "deviceplugin/ctl/show/observer.h"
#include "deviceplugin/ctl/show/overview_json.h"
#include "deviceplugin/ctl/show/watch.h"
#include "deviceplugin/ctl/terminal/print.h"

namespace rxlease::deviceplugin::ctl {

namespace {

std::string to_text(const Overview& overview, const ShowOptions& options) {
  if (options.format == Format::json) return to_json_text(overview, options.topic);
  return to_tables(overview, options.topic, options.format == Format::wide, style_of_output());
}

void add_counters(Overview& overview, const RxCounters& counters) {
  for (auto& queue : overview.queues) {
    const auto nic = counters.find(queue.state.id.nic);
    if (nic == counters.end()) continue;
    const auto found = nic->second.find(queue.state.id.queue);
    if (found == nic->second.end()) continue;
    queue.rx_packets = found->second.rx_packets;
    queue.rx_bytes = found->second.rx_bytes;
  }
}

}  // namespace

void show(const config::Config& config, const ShowOptions& options) {
  Observer observer(config);
  const auto look = [&] {
    auto overview = observer.look();
    // For formats with all columns only: counters change all the time, and --watch would print all the time.
    if (options.format != Format::table) add_counters(overview, observer.count(overview));
    return to_text(overview, options);
  };
  if (!options.watch) {
    print(look());
    return;
  }
  const bool terminal = style_of_output().terminal;
  Watch watch(observer.host(), config.state_directory,
              config.rescan);  // before the first scan, to miss no change
  std::string printed;
  do {
    auto text = look();
    if (text == printed) continue;
    print(before_output(printed.empty(), terminal) + text);
    printed = std::move(text);
  } while (watch.wait());
}

}  // namespace rxlease::deviceplugin::ctl
