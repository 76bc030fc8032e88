// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/xdp/nic_program.h"
#include "kernel/device_id.h"
#include "kernel/netlink/socket/transport.h"

namespace rxlease::deviceplugin::xdp {

// The XDP programs on the NICs of AF_XDP pools, each pinned in a directory of its own, pin_name_of() the
// NIC. They work on while the daemon does not run. Safe from any thread.
class AfXdp {
 public:
  // `directory`: in a bpffs, such as /sys/fs/bpf/rxlease.
  explicit AfXdp(std::string directory) : directory_(std::move(directory)) {}

  // Runs the program on every NIC of these pools, with a map for each queue; returns verdicts against NICs
  // where this fails. `generic`: NETLINK_GENERIC of the host's namespace.
  pools::Verdicts serve(const pools::Snapshot& snapshot, kernel::Transport& generic);

  // Removes the program from NICs that no AF_XDP pool has any more, once no pod leases a queue of theirs.
  void withdraw(const pools::Snapshot& snapshot);

  // NICs, by name, whose drivers have refused the program at the last serve(), with a reason.
  std::set<std::string> refused() const;

  // For Allocate: gives the queue a new map, and returns where it is pinned. KernelError; ENODEV: the program
  // does not run on the NIC.
  std::string renew(const kernel::DeviceId& device);

  // The queue's map, where the program finds the socket at `key`, the pod's number of the queue. KernelError
  // as of renew().
  kernel::Fd map(const kernel::DeviceId& device, std::uint32_t key);

 private:
  void equip(const nic::NicState& nic, const pools::PoolState& pool, const pools::Snapshot& snapshot);
  NicProgram& require(const std::string& nic);
  std::string directory_of(const std::string& nic) const;

  std::string directory_;
  mutable std::mutex mutex_;
  std::map<std::string, NicProgram> programs_;  // by NIC
  std::set<std::string> refused_;
};

}  // namespace rxlease::deviceplugin::xdp
