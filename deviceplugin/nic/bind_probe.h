// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "kernel/netlink/netns.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::nic {

// Whether memory of programs can be bound to a NIC's queues, as io_uring and devmem do. unknown: a probe
// failed, and tells nothing about the NIC.
enum class Binding { works, refused, unknown };

// What a probe found out about a NIC.
struct BindAnswer {
  Binding binding = Binding::unknown;
  std::string why;  // the kernel's words, unless it works

  bool operator==(const BindAnswer&) const = default;
};

// Binds memory to a queue; KernelError. Of `ifindex`, in the calling thread's namespace.
using Bind = std::function<void(std::uint32_t ifindex, std::uint32_t queue)>;

// Finds out whether memory can be bound to a NIC's queues, which neither an attribute nor a lease tells: the
// kernel leases any queue of a driver with queue management operations, and looks for those that restart a
// queue only when memory is bound. Leases `queue` to a netkit of its own, has `bind` bind memory to that, and
// deletes the netkit, which ends both at once.
BindAnswer probe_bind(kernel::Namespace& host, const kernel::Nic& nic, std::uint32_t queue, const Bind& bind);

// The same with an io_uring. The queue restarts twice, as for a program in a pod. REQUIRES: the calling
// thread is in `host`, the namespace that holds the NIC; the NIC splits headers; nobody has the queue, and
// nothing arrives on it. Needs CAP_NET_ADMIN in the initial user namespace.
BindAnswer probe_bind(kernel::Namespace& host, const kernel::Nic& nic, std::uint32_t queue);

}  // namespace rxlease::deviceplugin::nic
