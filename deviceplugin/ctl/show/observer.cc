// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/observer.h"

#include "deviceplugin/ctl/guard/guard.h"
#include "deviceplugin/nic/rx_counters.h"
#include "deviceplugin/prepare/bind_records.h"
#include "deviceplugin/prepare/unprepared.h"

namespace rxlease::deviceplugin::ctl {

Observer::Observer(const config::Config& config)
    : config_(config),
      host_(kernel::NetNs::current()),
      inventory_(host_, "/sys", config.state_directory, pools::Purpose::show),
      kernel_leases_(kernel::has_queue_create(host_.generic())) {}

Overview Observer::look() {
  inventory_.recognize(leases_of_guard(config_.state_directory));
  auto snapshot = inventory_.scan(config_);
  snapshot.verdicts.merge(prepare::unprepared(config_, snapshot, host_.generic()));
  snapshot.verdicts.merge(prepare::without_af_xdp(snapshot, host_.route(), host_.generic()));
  snapshot.verdicts.merge(prepare::refused_binds(snapshot, prepare::BindRecords(config_.state_directory)));
  snapshot.verdicts.apply(snapshot.pools);
  return overview_of(snapshot, kernel_leases_);
}

RxCounters Observer::count(const Overview& overview) {
  RxCounters counters;
  const auto netdev = kernel::Netdev::open(host_.generic());
  if (!netdev) return counters;
  for (const auto& nic : overview.nics) {
    auto of_nic = nic::rx_counters(*netdev, nic.details.nic.ifindex);
    if (!of_nic.empty()) counters.emplace(nic.details.nic.name, std::move(of_nic));
  }
  return counters;
}

}  // namespace rxlease::deviceplugin::ctl
