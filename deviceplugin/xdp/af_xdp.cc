// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/af_xdp.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>

#include "deviceplugin/nic/af_xdp_support.h"
#include "deviceplugin/pools/lease_origin.h"
#include "deviceplugin/xdp/bpf.h"
#include "deviceplugin/xdp/pin_names.h"
#include "kernel/error.h"

namespace rxlease::deviceplugin::xdp {

namespace {

using kernel::DeviceId;
using kernel::KernelError;

// NICs with queues of an AF_XDP pool, and NICs with queues that pods lease by a single netkit.
std::set<std::string> nics_in_use(const pools::Snapshot& snapshot) {
  std::set<std::string> names;
  for (const auto& pool : snapshot.pools) {
    if (pool.use != config::PoolUse::af_xdp) continue;
    for (const auto& device : pool.devices) names.insert(device.id.nic);
  }
  for (const auto& attachment : snapshot.attachments) {
    if (attachment.pairing != kernel::NetkitPairing::single) continue;
    for (const auto& device : attachment.devices) names.insert(device.id.nic);
  }
  return names;
}

// Whether the driver does not take the program. It may say why; mlx5 and bnxt say so to the kernel's log
// only.
bool is_refusal(const KernelError& error) {
  const bool refused = error.error() == EOPNOTSUPP || error.error() == EINVAL;
  return refused && error.operation().starts_with("bpf LINK_CREATE") &&
         error.extack().find("not support XDP in native mode") == std::string::npos;
}

// For an operator. The kernel tells its reason only to a tracepoint.
std::string why_not(const KernelError& error, std::uint32_t ifindex) {
  if (error.error() == EBUSY || error.error() == EEXIST) {
    return has_xdp(ifindex) ? "another XDP program is attached to it; detach that one"
                            : "io_uring or devmem receives from it, which excludes XDP";
  }
  if (is_refusal(error)) {
    return "its driver refuses the XDP program: " +
           (error.extack().empty() ? "the kernel's log may say why" : error.extack()) +
           "; the daemon sets rx-gro-hw, header split, rx-buf-len and tx channels as drivers ask for, and "
           "leaves to you the MTU (at most 1500 fits everywhere) and how many channels there are (`channels` "
           "of the "
           "pool; some drivers want at most half of what there may be)";
  }
  if (error.error() == EOPNOTSUPP) return "its driver has no XDP in native mode";
  return error.what();
}

// The pod's number of the queue; nullopt: by kernel and records, no pod leases it.
std::optional<std::uint32_t> pods_number_of(const DeviceId& device, const nic::NicState& nic,
                                            const pools::Snapshot& snapshot) {
  const auto* queue = nic::find_queue(nic, device.queue);
  if (queue == nullptr || !queue->lease) return std::nullopt;
  const auto* attachment =
      pools::explanation(device, *queue->lease, snapshot.attachments, snapshot.namespaces);
  if (attachment == nullptr) return std::nullopt;
  const auto found =
      std::ranges::find_if(attachment->devices, [&](const auto& attached) { return attached.id == device; });
  return found->queue;
}

// `remove` says whether there was anything to remove.
void take_off(const std::string& nic, const std::function<bool()>& remove) {
  try {
    if (remove()) spdlog::info("the XDP program is removed from {}: no AF_XDP pool has queues of it", nic);
  } catch (const KernelError& error) {
    spdlog::error("the XDP program of {} stays: {}", nic, error.what());
  }
}

}  // namespace

std::string AfXdp::directory_of(const std::string& nic) const {
  return directory_ + "/" + pin_name_of(nic);
}

pools::Verdicts AfXdp::serve(const pools::Snapshot& snapshot, kernel::Transport& generic) {
  pools::Verdicts verdicts;
  const std::scoped_lock lock(mutex_);
  refused_.clear();
  for (const auto& pool : snapshot.pools) {
    if (pool.use != config::PoolUse::af_xdp) continue;
    std::set<std::string> names;
    for (const auto& device : pool.devices) names.insert(device.id.nic);
    for (const auto& name : names) {
      const auto* nic = nic::find_nic(snapshot.nics, name);
      if (nic == nullptr || !nic->cannot_lease.empty()) continue;  // unhealthy anyway
      try {
        equip(*nic, pool, snapshot);
        // Asked only now, since a driver may deny it while it would refuse the program.
        if (nic::has_zero_copy_af_xdp(generic, nic->details.nic.ifindex)) continue;
        verdicts.against_nic(
            name, pool.name,
            "AF_XDP cannot have its NIC: its driver has AF_XDP with copies only; choose another "
            "NIC, or make the pool's use memory-provider");
      } catch (const KernelError& error) {
        if (is_refusal(error)) refused_.insert(name);
        verdicts.against_nic(name, pool.name,
                             "AF_XDP cannot have its NIC: " + why_not(error, nic->details.nic.ifindex));
      }
    }
  }
  return verdicts;
}

// By what is pinned, and then by the kernel's own list, since a container whose pools need no bpffs does not
// see what an earlier one has pinned.
void AfXdp::withdraw(const pools::Snapshot& snapshot) {
  const std::scoped_lock lock(mutex_);
  if (programs_.empty()) rename_old_pins(directory_);
  const auto in_use = nics_in_use(snapshot);
  std::error_code none_yet;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, none_yet)) {
    const auto name = nic_of_pin_name(entry.path().filename().string());
    if (in_use.contains(name)) continue;
    programs_.erase(name);
    take_off(name, [&] {
      NicProgram::remove(entry.path());
      return true;
    });
  }
  for (const auto& nic : snapshot.nics) {
    const auto& id = nic.details.nic;
    if (!in_use.contains(id.name)) take_off(id.name, [&] { return NicProgram::detach_unseen(id.ifindex); });
  }
}

// Runs the program on the NIC, with a map for each of the pool's queues there.
void AfXdp::equip(const nic::NicState& nic, const pools::PoolState& pool, const pools::Snapshot& snapshot) {
  const auto& [name, ifname, ifindex] = nic.details.nic;
  auto found = programs_.find(name);
  if (found == programs_.end() || !found->second.is_attached(ifindex)) {
    programs_.erase(name);
    found = programs_.emplace(name, NicProgram(directory_of(name), ifindex)).first;
    spdlog::info("the XDP program runs on {} ({})", name, ifname);
  }
  for (const auto& device : pool.devices) {
    if (device.id.nic != name) continue;
    const auto queue = device.id.queue;
    found->second.provide(queue);
    if (const auto key = pods_number_of(device.id, nic, snapshot)) found->second.set_key(queue, *key);
  }
}

NicProgram& AfXdp::require(const std::string& nic) {
  const auto found = programs_.find(nic);
  if (found == programs_.end()) {
    throw KernelError("AF_XDP on " + nic, ENODEV, "no XDP program of ours runs there");
  }
  return found->second;
}

std::set<std::string> AfXdp::refused() const {
  const std::scoped_lock lock(mutex_);
  return refused_;
}

std::string AfXdp::renew(const DeviceId& device) {
  const std::scoped_lock lock(mutex_);
  auto& program = require(device.nic);
  program.renew(device.queue);
  return program.map_path(device.queue);
}

kernel::Fd AfXdp::map(const DeviceId& device, std::uint32_t key) {
  const std::scoped_lock lock(mutex_);
  auto& program = require(device.nic);
  program.set_key(device.queue, key);
  return program.map(device.queue);
}

}  // namespace rxlease::deviceplugin::xdp
