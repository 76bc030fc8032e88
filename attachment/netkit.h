// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cni/conf/net_conf.h"
#include "kernel/links.h"
#include "kernel/netns.h"

namespace rxlease::cni {

// The name of a pair's end in the host: 15 characters that only this interface of this container has.
std::string host_interface_name(const std::string& container_id, const std::string& interface);

// A netkit that was made.
struct NetkitDevice {
  std::optional<kernel::Link> host;  // a pair's primary; a single has none
  kernel::Link pod;                  // the end in the pod, which leases
};

// Makes the netkit of the configuration, up, with room for exactly `leases` leased queues: a pod that may
// call queue-create must find no room for more. Error 100 when the kernel has no netkit. What a failure
// leaves is found by host_interface, or by interface in the pod.
NetkitDevice make_netkit(const NetConf& conf, kernel::Namespace& host, kernel::Namespace& pod,
                         const std::string& host_interface, const std::string& interface, std::size_t leases);

}  // namespace rxlease::cni
