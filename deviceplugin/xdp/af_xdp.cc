// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/af_xdp.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <set>

#include "deviceplugin/pools/health.h"
#include "deviceplugin/xdp/bpf.h"
#include "kernel/error.h"

namespace rxlease::deviceplugin::xdp {

namespace {

using kernel::DeviceId;
using kernel::KernelError;

// Those that an AF_XDP pool has queues of, and those that pods lease queues of in the way of AF_XDP.
std::set<std::string> nics_in_use(const pools::Snapshot& snapshot) {
  std::set<std::string> names;
  for (const auto& pool : snapshot.pools) {
    if (pool.use != config::PoolUse::af_xdp) continue;
    for (const auto& device : pool.devices) names.insert(device.id.nic);
  }
  for (const auto& attachment : snapshot.attachments) {
    if (attachment.pairing != kernel::NetkitPairing::single) continue;
    for (const auto& device : attachment.devices) {
      if (const auto id = DeviceId::parse(device.id)) names.insert(id->nic);
    }
  }
  return names;
}

// In words for an operator. The kernel gives its own to a tracepoint only.
std::string why_not(const KernelError& error, std::uint32_t ifindex) {
  if (error.error() == EBUSY || error.error() == EEXIST) {
    return has_xdp(ifindex) ? "another XDP program is attached to it; detach that one"
                            : "io_uring or devmem receives from it, which excludes XDP";
  }
  if (error.error() == EOPNOTSUPP) return "its driver has no XDP in native mode";
  return error.what();
}

// What the pod that leases the queue calls it; nullopt: no pod does, as far as kernel and records tell.
std::optional<std::uint32_t> pods_number_of(const DeviceId& device, const nic::NicState& nic,
                                            const std::vector<attachment::Attachment>& attachments) {
  const auto* queue = nic::find_queue(nic, device.queue);
  if (queue == nullptr || !queue->lease) return std::nullopt;
  const auto* attachment = pools::explanation(device, *queue->lease, attachments);
  if (attachment == nullptr) return std::nullopt;
  const auto found = std::find_if(attachment->devices.begin(), attachment->devices.end(),
                                  [&](const auto& attached) { return attached.id == device.to_string(); });
  return found->queue;
}

}  // namespace

std::string AfXdp::directory_of(const std::string& nic) const {
  auto name = nic;
  std::replace(name.begin(), name.end(), '.', '+');
  return directory_ + "/" + name;
}

pools::Verdicts AfXdp::serve(const pools::Snapshot& snapshot) {
  pools::Verdicts verdicts;
  const std::scoped_lock lock(mutex_);
  withdraw(snapshot);
  for (const auto& pool : snapshot.pools) {
    if (pool.use != config::PoolUse::af_xdp) continue;
    std::set<std::string> names;
    for (const auto& device : pool.devices) names.insert(device.id.nic);
    for (const auto& name : names) {
      const auto* nic = nic::find_nic(snapshot.nics, name);
      if (nic == nullptr || !nic->cannot_lease.empty()) continue;  // unhealthy anyway
      try {
        equip(*nic, pool, snapshot.attachments);
      } catch (const KernelError& error) {
        verdicts.against_nic(name, pool.name,
                             "AF_XDP cannot have its NIC: " + why_not(error, nic->details.nic.ifindex));
      }
    }
  }
  return verdicts;
}

void AfXdp::withdraw(const pools::Snapshot& snapshot) {
  const auto in_use = nics_in_use(snapshot);
  std::error_code none_yet;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, none_yet)) {
    auto name = entry.path().filename().string();
    std::replace(name.begin(), name.end(), '+', '.');
    if (in_use.contains(name)) continue;
    programs_.erase(name);
    try {
      NicProgram::remove(entry.path());
      spdlog::info("AF_XDP no longer has {}: its XDP program is removed", name);
    } catch (const KernelError& error) {
      spdlog::error("the XDP program of {} stays: {}", name, error.what());
    }
  }
}

// Sees to it that the program runs on the NIC, with a map for each of the pool's queues there.
void AfXdp::equip(const nic::NicState& nic, const pools::PoolState& pool,
                  const std::vector<attachment::Attachment>& attachments) {
  const auto& [name, ifname, ifindex] = nic.details.nic;
  auto found = programs_.find(name);
  if (found == programs_.end() || !found->second.is_attached(ifindex)) {
    programs_.erase(name);
    found = programs_.emplace(name, NicProgram(directory_of(name), ifindex)).first;
    spdlog::info("AF_XDP has {} ({}): its XDP program runs", name, ifname);
  }
  for (const auto& device : pool.devices) {
    if (device.id.nic != name) continue;
    const auto queue = device.id.queue;
    found->second.provide(queue);
    if (const auto key = pods_number_of(device.id, nic, attachments)) found->second.set_key(queue, *key);
  }
}

NicProgram& AfXdp::require(const std::string& nic) {
  const auto found = programs_.find(nic);
  if (found == programs_.end())
    throw KernelError("AF_XDP on " + nic, ENODEV, "no XDP program of ours runs there");
  return found->second;
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
