// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "attachment/record/attachment.h"

namespace rxlease::attachment {

// A record of a pair with one queue leased and one to be leased.
inline Attachment example() {
  Attachment record;
  record.network = "zerocopy";
  record.container_id = "4f1e";
  record.ifname = record.interface = "eth0";
  record.netns = "/run/netns/blue";
  record.netns_cookie = 11;
  record.pod_namespace = "shop";
  record.pod_name = "web-0";
  record.host_interface = "rxl75bfb3e6dbbf";
  record.host_ifindex = 7;
  record.interface_ifindex = 2;
  record.devices = {{{"netdevsim1.p1", 7}, 1}, {{"netdevsim1.p1", 6}, std::nullopt}};
  record.ipam = "host-local";
  return record;
}

}  // namespace rxlease::attachment
