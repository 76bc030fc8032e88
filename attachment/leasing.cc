// SPDX-License-Identifier: Apache-2.0
#include "attachment/leasing.h"

#include <algorithm>
#include <cerrno>

#include "attachment/attachment_store.h"
#include "cni/conf/error.h"
#include "kernel/error.h"
#include "kernel/nsids.h"

namespace rxlease::cni {

namespace {

using kernel::DeviceId;
using kernel::KernelError;
using kernel::QueueType;
using std::chrono::milliseconds;

constexpr milliseconds first_pause{2};
constexpr milliseconds longest_pause{50};

// Who has the queue, as far as the records and the kernel tell.
std::string describe_holder(System& system, const NetConf& conf, const kernel::Nic& nic,
                            const DeviceId& device) {
  for (const auto& other : attachment::AttachmentStore(conf.state_directory).list().attachments) {
    const auto holds = [&](const auto& attached) { return attached.id == device && attached.queue; };
    if (std::any_of(other.devices.begin(), other.devices.end(), holds)) return other.describe_owner();
  }
  const auto queue = require_queue_create(system.host()).queue_get(nic.ifindex, {device.queue});
  if (!queue) return "someone unknown to rxlease (while the NIC is down the kernel does not tell)";
  if (queue->lease) {
    const auto netns = queue->lease->netns_id;
    return "a device that rxlease did not make, ifindex " + std::to_string(queue->lease->ifindex) +
           (netns ? " in the network namespace with id " + std::to_string(*netns)
                  : " in the host's namespace");
  }
  if (queue->xsk) return "an AF_XDP socket in the host's namespace";
  if (queue->io_uring || queue->dmabuf)
    return "a memory provider (io_uring or devmem) in the host's namespace";
  return "someone whom the kernel does not name";
}

// 0 when the NIC is down: it tells nothing then.
std::size_t count_rx_queues(System& system, const kernel::Nic& nic) {
  const auto queues = require_queue_create(system.host()).queue_get_dump(nic.ifindex);
  return static_cast<std::size_t>(std::count_if(
      queues.begin(), queues.end(), [](const auto& queue) { return queue.type == QueueType::rx; }));
}

[[noreturn]] void explain(const KernelError& error, System& system, const NetConf& conf,
                          const kernel::Nic& nic, const DeviceId& device) {
  const auto subject = "device " + device.to_string();
  switch (error.error()) {
    case EBUSY:
      throw Error(
          Code::try_again_later,
          subject + " is taken by " + describe_holder(system, conf, nic, device) + ": " + error.what(),
          "it was waited for " + std::to_string(conf.lease_timeout.count()) +
              " ms (\"leaseTimeoutMs\"); try again when its holder is gone, or use another queue");
    case ERANGE: {
      const auto count = count_rx_queues(system, nic);
      throw Error(Code::invalid_config,
                  subject + ": NIC " + nic.ifname + " has no receive queue " + std::to_string(device.queue),
                  (count != 0 ? "it has " + std::to_string(count) + "; " : "") +
                      "use a lower one, or raise the NIC's channels (ethtool -L)");
    }
    case EINVAL:
      throw Error(Code::invalid_config, subject + ": NIC " + nic.ifname + " cannot lease: " + error.what(),
                  "use a NIC whose driver has queue management operations: mlx5_core, bnxt_en, gve, fbnic");
    case EPERM:
      throw Error(Code::kernel_failure, subject + ": " + error.what(),
                  "the plugin needs CAP_NET_ADMIN in the initial user namespace");
    case ENODEV:
      throw Error(Code::try_again_later, subject + ": NIC " + nic.ifname + " went away: " + error.what(),
                  "plug the NIC back in, or use another");
    default:
      throw Error(Code::kernel_failure, subject + ": " + error.what(), "see the kernel's log");
  }
}

std::uint32_t lease_when_free(System& system, const NetConf& conf, const kernel::Netdev& netdev,
                              std::uint32_t pod_ifindex, const kernel::Lease& lease) {
  const auto deadline = system.now() + conf.lease_timeout;
  for (milliseconds pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    try {
      return netdev.queue_create(pod_ifindex, lease);
    } catch (const KernelError& error) {
      if (error.error() != EBUSY || system.now() + pause > deadline) throw;
    }
    system.sleep(pause);
  }
}

}  // namespace

kernel::Nic require_nic(System& system, const std::vector<DeviceId>& devices) {
  const auto& device = devices.front();
  auto nic = system.find_nic(device.nic);
  if (!nic) {
    throw Error(
        Code::invalid_config, "device " + device.to_string() + ": this node has no NIC " + device.nic,
        "use <parent device>[.<phys_port_name>][.d<dev_port>]-rx<queue> of a NIC in the host's network "
        "namespace; `ip -d link` shows parentdev and portname");
  }
  return *nic;
}

kernel::Netdev require_queue_create(kernel::Namespace& netns) {
  auto netdev = kernel::Netdev::open(netns.generic());
  if (!netdev || !netdev->has_op(kernel::NetdevOp::queue_create)) {
    throw Error(Code::kernel_failure,
                "this kernel cannot lease queues: its netdev family has no queue-create",
                "boot Linux 7.1 or later");
  }
  return *netdev;
}

void lease_queues(System& system, const NetConf& conf, const kernel::Nic& nic, kernel::Namespace& pod,
                  std::uint32_t pod_ifindex, attachment::Attachment& record) {
  const auto netdev = require_queue_create(pod);
  const auto host_nsid = kernel::NsIds(pod.route()).ensure_nsid(system.host().fd());
  for (auto& device : record.devices) {
    const kernel::Lease lease{nic.ifindex, {device.id.queue}, host_nsid};
    try {
      device.queue = lease_when_free(system, conf, netdev, pod_ifindex, lease);
    } catch (const KernelError& error) {
      explain(error, system, conf, nic, device.id);
    }
  }
}

}  // namespace rxlease::cni
