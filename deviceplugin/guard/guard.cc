// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/guard/guard.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

namespace rxlease::deviceplugin::guard {

namespace {

// Until the next attempt to park a queue that somebody has taken; doubled for each further one.
constexpr std::chrono::milliseconds first_pause{20};
constexpr std::chrono::milliseconds longest_pause{1000};

}  // namespace

Guard::Guard(kernel::Namespace& host, std::string state_directory, prometheus::Registry& registry)
    : host_(host),
      state_directory_(std::move(state_directory)),
      metrics_(registry),
      releaser_([this](const auto& netkits) { let_go_quietly(netkits); }) {}

Guard::~Guard() {
  std::vector<std::uint32_t> netkits;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [queue, parked] : parked_) netkits.push_back(parked.netkit);
    parked_.clear();
  }
  let_go_quietly(netkits);
}

// A netkit that cannot be deleted holds its queue until the daemon ends; an ADD then waits in vain, and says
// so.
void Guard::let_go_quietly(const std::vector<std::uint32_t>& netkits) {
  if (netkits.empty()) return;
  try {
    parking().let_go(netkits);
  } catch (const std::exception& error) {
    spdlog::error("the guard could not let go of {} queues: {}", netkits.size(), error.what());
  }
}

Parking& Guard::parking() {
  const std::scoped_lock lock(mutex_);
  if (!parking_) parking_ = std::make_unique<Parking>(host_);
  return *parking_;
}

void Guard::update(config::Guard policy, const pools::Snapshot& snapshot, Clock::time_point scanned) {
  const auto wanted = wanted_queues(policy, snapshot, [this](const auto& device) {
    return std::filesystem::exists(state_directory_ + "/devices/" + device.to_string() + "/lease.json");
  });
  let_go_quietly(remove_unwanted(wanted.queues, snapshot));
  bool all = !wanted.is_incomplete;
  try {
    all = park(wanted.queues, scanned) && all;
  } catch (const std::exception& error) {
    tell(error.what());
    all = false;
  }
  pause_ = all ? std::chrono::milliseconds(0) : std::clamp(2 * pause_, first_pause, longest_pause);
  const std::scoped_lock lock(mutex_);
  again_ = all ? std::nullopt : std::optional(Clock::now() + pause_);
  metrics_.parked.Set(static_cast<double>(parked_.size()));
}

// Forgets what is not wanted any more, and what somebody has ended; returns the netkits of both.
std::vector<std::uint32_t> Guard::remove_unwanted(const Queues& wanted, const pools::Snapshot& snapshot) {
  const auto has_ended = [&](const QueueKey& key) {
    const auto nic = std::ranges::find(snapshot.nics, key.nic_ifindex,
                                       [](const auto& state) { return state.details.nic.ifindex; });
    const auto* queue = nic == snapshot.nics.end() ? nullptr : nic::find_queue(*nic, key.queue);
    return queue != nullptr && !queue->is_parked;
  };
  std::vector<std::uint32_t> netkits;
  const std::scoped_lock lock(mutex_);
  std::erase_if(parked_, [&](const auto& entry) {
    const auto& [key, parked] = entry;
    if (wanted.contains(key) && !has_ended(key)) return false;
    netkits.push_back(parked.netkit);
    return true;
  });
  return netkits;
}

// The wanted queues to park: not those that were let go of for somebody.
std::vector<QueueKey> Guard::choose(const Queues& wanted, Clock::time_point scanned) {
  const auto now = Clock::now();
  std::vector<QueueKey> missing;
  const std::scoped_lock lock(mutex_);
  std::erase_if(taken_, [&](const auto& entry) { return entry.second < scanned; });
  std::erase_if(released_, [&](const auto& entry) { return entry.second <= now; });
  for (const auto& [key, device] : wanted) {
    if (parked_.contains(key) || taken_.contains(device) || released_.contains(device.nic)) continue;
    missing.push_back(key);
  }
  return missing;
}

// False: the kernel refused a queue.
bool Guard::park(const Queues& wanted, Clock::time_point scanned) {
  const auto missing = choose(wanted, scanned);
  if (missing.empty()) {
    tell("");
    return true;
  }
  const auto outcome = parking().park(missing);
  std::vector<std::uint32_t> taken_meanwhile;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [key, netkit] : outcome.parked) {
      const auto& device = wanted.at(key);
      if (taken_.contains(device) || released_.contains(device.nic)) {
        taken_meanwhile.push_back(netkit);
      } else {
        parked_.emplace(key, Parked{device, netkit});
      }
    }
  }
  if (!taken_meanwhile.empty()) releaser_.add(taken_meanwhile);
  metrics_.refused.Increment(static_cast<double>(outcome.refused));
  tell(outcome.refusal);
  return outcome.refused == 0;
}

void Guard::tell(const std::string& trouble) {
  if (trouble == told_) return;
  told_ = trouble;
  if (trouble.empty()) {
    spdlog::info("the guard can park queues again");
  } else {
    spdlog::error("the guard cannot park queues, and tries again: {}", trouble);
  }
}

std::optional<Guard::Clock::time_point> Guard::due() const {
  const std::scoped_lock lock(mutex_);
  auto due = again_;
  for (const auto& [nic, until] : released_) due = std::min(due.value_or(until), until);
  return due;
}

void Guard::let_go_of(std::uint32_t nic_ifindex) {
  std::vector<std::uint32_t> netkits;
  {
    const std::scoped_lock lock(mutex_);
    std::erase_if(parked_, [&](const auto& entry) {
      if (entry.first.nic_ifindex != nic_ifindex) return false;
      netkits.push_back(entry.second.netkit);
      return true;
    });
  }
  let_go_quietly(netkits);
}

void Guard::drain() const {
  news_.clear();
}

bool Guard::is_own(const kernel::Lease& lease) const {
  const auto id = netns_id();
  return id && lease.netns_id == id;
}

std::optional<std::int32_t> Guard::netns_id() const {
  const std::scoped_lock lock(mutex_);
  return parking_ ? std::optional(parking_->netns_id()) : std::nullopt;
}

std::vector<kernel::DeviceId> Guard::take(const std::vector<kernel::DeviceId>& devices) {
  std::vector<kernel::DeviceId> taken;
  std::vector<std::uint32_t> netkits;
  {
    const std::scoped_lock lock(mutex_);
    const auto now = Clock::now();
    for (const auto& device : devices) {
      taken_[device] = now;
      const auto found =
          std::ranges::find_if(parked_, [&](const auto& entry) { return entry.second.device == device; });
      if (found == parked_.end()) continue;
      taken.push_back(device);
      netkits.push_back(found->second.netkit);
      parked_.erase(found);
    }
  }
  if (!netkits.empty()) releaser_.add(netkits);
  metrics_.taken.Increment(static_cast<double>(taken.size()));
  return taken;
}

std::vector<kernel::DeviceId> Guard::release(const std::string& nic, std::chrono::seconds duration) {
  std::vector<kernel::DeviceId> released;
  std::vector<std::uint32_t> netkits;
  {
    const std::scoped_lock lock(mutex_);
    news_.set();
    if (duration.count() == 0) {
      released_.erase(nic);
      return released;
    }
    released_[nic] = Clock::now() + duration;
    std::erase_if(parked_, [&](const auto& entry) {
      if (entry.second.device.nic != nic) return false;
      released.push_back(entry.second.device);
      netkits.push_back(entry.second.netkit);
      return true;
    });
  }
  let_go_quietly(netkits);
  return released;
}

}  // namespace rxlease::deviceplugin::guard
