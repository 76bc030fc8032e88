// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/check_pod.h"

#include <linux/capability.h>
#include <linux/netlink.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <string_view>

#include "attachment/record/lease_file.h"
#include "deviceplugin/ctl/check/locality.h"
#include "deviceplugin/ctl/check/locked_memory.h"
#include "deviceplugin/ctl/check/own_rights.h"
#include "kernel/device_id.h"
#include "kernel/files.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/socket/netlink_socket.h"

namespace rxlease::deviceplugin::ctl {

namespace {

// The ifindex of a lease's interface; nullopt if something is wrong with it.
std::optional<std::uint32_t> check_interface(const std::string& subject, const attachment::LeaseFile& lease,
                                             Findings& findings) {
  kernel::NetlinkSocket socket(NETLINK_ROUTE);
  const auto link = kernel::Links(socket).getlink(lease.interface);
  if (!link) {
    findings.missing(subject, "its interface " + lease.interface + " is not here",
                     "run this in the pod that has the queue, which must not have hostNetwork: true");
  } else if (!link->netkit()) {
    findings.missing(subject, "its interface " + lease.interface + " is no netkit device",
                     "let no other network of the pod take that name");
  } else if (!link->is_up()) {
    findings.missing(subject, "its interface " + lease.interface + " is down",
                     "ip link set " + lease.interface + " up");
  } else {
    return link->ifindex();
  }
  return std::nullopt;
}

void check_lease(const std::string& subject, const attachment::LeaseFile& lease, Findings& findings) {
  const auto ifindex = check_interface(subject, lease, findings);
  if (!ifindex) return;
  kernel::NetlinkSocket generic(NETLINK_GENERIC);
  const auto netdev = kernel::Netdev::open(generic);
  const auto name = lease.interface + "'s queue " + std::to_string(lease.queue);
  if (netdev && netdev->queue_get(*ifindex, {lease.queue})) {
    findings.ok(subject, "is " + name + ", which leases queue " + std::to_string(lease.physical_queue) +
                             " of " + lease.physical_device + " (" + lease.mode + ")");
  } else {
    findings.missing(subject, name + " is gone", "delete the pod: its successor gets another queue");
  }
}

// By the folder's name, or by the one that a daemon of 0.1 has mounted it under.
std::optional<attachment::LeaseFile> find_lease(const std::string& directory, const std::string& device) {
  const auto id = kernel::DeviceId::parse(device);
  const auto file = [&](const std::string& folder) { return directory + "/" + folder + "/lease.json"; };
  auto lease = attachment::read_lease_file(file(id ? id->folder() : device));
  return lease ? lease : attachment::read_lease_file(file(device));
}

std::vector<attachment::LeaseFile> check_queues(const std::vector<std::string>& allocated,
                                                const std::string& directory, Findings& findings) {
  std::vector<attachment::LeaseFile> leases;
  if (allocated.empty()) {
    findings.missing("queues", "none was allocated to this container",
                     "ask for some: resources: { limits: { rxlease.dev/rxq: 1 } }");
  }
  for (const auto& device : allocated) {
    const auto subject = "queue " + device;
    findings.step(subject, [&] {
      const auto lease = find_lease(directory, device);
      if (!lease) {
        findings.missing(subject, "was allocated, but no interface leases it",
                         "give the pod a network of the type rxlease, for this resource");
        return;
      }
      leases.push_back(*lease);
      check_lease(subject, *lease, findings);
    });
  }
  return leases;
}

// Of each NIC that the queues are of.
void check_own_locality(const std::vector<attachment::LeaseFile>& leases, Findings& findings) {
  std::set<std::string> nics;
  for (const auto& lease : leases) {
    if (const auto id = kernel::DeviceId::parse(lease.device)) nics.insert(id->nic);
  }
  const auto placement = placement_of(kernel::read_usable_file("/proc/self/status").value_or(""), "/sys");
  for (const auto& nic : nics) check_locality(nic, placement, "/sys", findings);
}

void check_capability(int bit, const std::string& name, const std::string& purpose, Findings& findings) {
  if (has_capability(bit)) {
    findings.ok("rights", "this process has " + name + ", for " + purpose);
  } else {
    findings.missing("rights", "this process lacks " + name + ", for " + purpose,
                     "add it: securityContext: { capabilities: { add: [" + name.substr(4) +
                         "] } }; only user 0 has it then");
  }
}

// devmem asks for the capability over the pod's own network namespace, io_uring in the initial user
// namespace.
void check_rights_over_memory(Findings& findings) {
  if (in_initial_user_namespace()) {
    check_capability(CAP_NET_ADMIN, "CAP_NET_ADMIN", "io_uring and devmem", findings);
    return;
  }
  check_capability(CAP_NET_ADMIN, "CAP_NET_ADMIN", "devmem", findings);
  findings.warning("rights", "this pod has a user namespace of its own, in which io_uring gets no queue",
                   "use devmem, or set hostUsers: true");
}

void check_rights(const std::vector<attachment::LeaseFile>& leases, Findings& findings) {
  const auto leased = [&](std::string_view mode) {
    return std::ranges::any_of(leases, [&](const auto& lease) { return lease.mode == mode; });
  };
  if (leased("pair")) check_rights_over_memory(findings);
  if (leased("single")) check_capability(CAP_NET_RAW, "CAP_NET_RAW", "AF_XDP", findings);
}

// The call has invalid arguments: where it is allowed, it fails for these, with another errno.
bool is_refused(long number) {
  const long result =
      number == SYS_io_uring_setup ? syscall(number, 0, nullptr) : syscall(number, -1, 0, 0, 0, 0, 0);
  return result < 0 && (errno == EPERM || errno == ENOSYS);
}

void check_own_io_uring(Findings& findings) {
  const auto setting = kernel::read_file("/proc/sys/kernel/io_uring_disabled").value_or("0");
  if (setting != "0\n" && setting != "0" && !has_capability(CAP_SYS_ADMIN)) {
    findings.warning("io_uring", "the node forbids it to this process",
                     "sysctl -w kernel.io_uring_disabled=0 on the node, or use AF_XDP or devmem");
    return;
  }
  std::string refused;
  for (const auto& [number, name] : {std::pair{SYS_io_uring_setup, "io_uring_setup"},
                                     {SYS_io_uring_enter, "io_uring_enter"},
                                     {SYS_io_uring_register, "io_uring_register"}}) {
    if (is_refused(number)) refused.append(refused.empty() ? "" : ", ").append(name);
  }
  if (refused.empty()) {
    findings.ok("io_uring", "its three calls are allowed");
  } else if (has_seccomp_filter()) {
    findings.warning("io_uring", "the pod's seccomp profile forbids " + refused,
                     "use the profile deploy/seccomp/rxlease.json, or AF_XDP or devmem");
  } else {
    findings.warning("io_uring", "the kernel has no " + refused,
                     "use one with CONFIG_IO_URING, or AF_XDP or devmem");
  }
}

void check_own_memlock(Findings& findings) {
  if (has_capability(CAP_IPC_LOCK)) {
    findings.ok("locked memory", "CAP_IPC_LOCK: there is no limit");
    return;
  }
  rlimit limit{};
  getrlimit(RLIMIT_MEMLOCK, &limit);
  if (limit.rlim_cur == RLIM_INFINITY) {
    findings.ok("locked memory", "there is no limit");
  } else if (limit.rlim_cur >= enough_memlock) {
    findings.ok("locked memory", "the limit is " + std::to_string(limit.rlim_cur >> 20) + " MiB");
  } else {
    findings.warning(
        "locked memory",
        "the limit is " + std::to_string(limit.rlim_cur >> 10) +
            " KiB, too little for the buffers of AF_XDP or io_uring",
        "set LimitMEMLOCK=infinity in the container runtime's systemd unit, or add the capability "
        "IPC_LOCK");
  }
}

}  // namespace

std::vector<std::string> allocated_devices(const char* const* environment) {
  constexpr std::string_view prefix = "RXLEASE_DEVICES_";
  std::vector<std::string> devices;
  for (; *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    const auto equals = variable.find('=');
    if (!variable.starts_with(prefix) || equals == std::string_view::npos) continue;
    auto list = variable.substr(equals + 1);
    while (!list.empty()) {
      const auto comma = list.find(',');
      devices.emplace_back(list.substr(0, comma));
      list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
  }
  return devices;
}

Findings check_pod(const std::vector<std::string>& allocated, const std::string& directory) {
  Findings findings;
  const auto leases = check_queues(allocated, directory, findings);
  findings.step("locality", [&] { check_own_locality(leases, findings); });
  findings.step("rights", [&] { check_rights(leases, findings); });
  findings.step("io_uring", [&] { check_own_io_uring(findings); });
  findings.step("locked memory", [&] { check_own_memlock(findings); });
  return findings;
}

}  // namespace rxlease::deviceplugin::ctl
