// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "deviceplugin/pools/health.h"
#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::ctl {

inline const std::string container = "4f1e8a2b9c3d5e6f70819203";

inline nic::NicState nic(const std::string& name, std::uint32_t ifindex) {
  nic::NicState state;
  state.details.nic = {name, "enp1s0", ifindex};
  state.details.parent = "0000:0a:00.0";
  state.details.bus = "pci";
  state.details.driver = "mlx5_core";
  state.details.numa_node = 1;
  state.details.rx_queues = 4;
  state.up = state.carrier = true;
  for (std::uint32_t queue = 0; queue < 4; ++queue) state.queues[queue] = {};
  return state;
}

inline attachment::Attachment attachment() {
  attachment::Attachment attachment;
  attachment.network = "zerocopy";
  attachment.container_id = container;
  attachment.interface = attachment.ifname = "eth0";
  attachment.netns = "/run/netns/web";
  attachment.netns_cookie = 4711;
  attachment.pod_namespace = "shop";
  attachment.pod_name = "web-0";
  attachment.pod_uid = "9b1d";
  attachment.interface_ifindex = 12;
  attachment.devices = {{{"nic0", 3}, 1}};
  return attachment;
}

// NIC nic0 with queue 3 leased by a pod, 2 by nobody knows whom; both are of a pool, with the free queue 1.
inline pools::Snapshot snapshot() {
  pools::Snapshot snapshot;
  snapshot.nics = {nic("nic0", 2)};
  snapshot.nics[0].queues[3].lease = kernel::Lease{12, {1}, 5};
  snapshot.nics[0].queues[2].lease = kernel::Lease{77, {4}, std::nullopt};
  snapshot.attachments = {attachment()};
  snapshot.namespaces.of_pods = {{4711, 5}};
  pools::PoolState pool;
  pool.name = "rxq";
  pool.resource = "rxlease.dev/rxq";
  for (std::uint32_t queue = 1; queue < 4; ++queue) {
    pool.devices.push_back(
        pools::judge({"nic0", queue}, &snapshot.nics[0], snapshot.attachments, snapshot.namespaces));
  }
  snapshot.pools = {pool};
  return snapshot;
}

}  // namespace rxlease::deviceplugin::ctl
