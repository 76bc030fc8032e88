// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/hand_off/side_threads.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

namespace rxlease::deviceplugin::xdp {

namespace {

// A thread's edge.
void run_to_the_end(const std::function<void()>& run) {
  try {
    run();
  } catch (const std::exception& error) {
    spdlog::error("a program at afxdp.sock was not served: {}", error.what());
  }
}

}  // namespace

SideThreads::SideThreads(LimitedLog& log, prometheus::Registry& registry, std::chrono::milliseconds patience)
    : shared_(std::make_shared<Shared>()), log_(log), metrics_(registry), patience_(patience) {}

// A job that never had a thread is leaked with what it holds: to close that could hang. The process's end
// closes it, and does not linger.
SideThreads::~SideThreads() {
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): on purpose
  for (const auto& entry : entries_) {
    if (!entry.has_thread) static_cast<void>(std::make_unique<std::shared_ptr<Job>>(entry.job).release());
  }
}

void SideThreads::start(Job job) {
  auto& entry = entries_.emplace_back(
      Entry{.number = next_number_++, .job = std::make_shared<Job>(std::move(job)), .since = Clock::now()});
  try_to_start(entry);
}

void SideThreads::try_to_start(Entry& entry) {
  try {
    std::thread([shared = shared_, job = entry.job, number = entry.number] {
      run_to_the_end(std::exchange(job->run, nullptr));
      {
        const std::scoped_lock lock(shared->mutex);
        shared->ended.push_back(number);
      }
      shared->news.set();
    }).detach();
    entry.has_thread = true;
    entry.since = Clock::now();
  } catch (const std::system_error& error) {
    log_.warn(entry.job->device,
              "no thread is left for " + entry.job->who + ", which has to wait: " + error.what());
  }
}

std::size_t SideThreads::count(const kernel::DeviceId& device) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(entries_, [&](const Entry& entry) { return entry.job->device == device; }));
}

bool SideThreads::is_busy(const kernel::DeviceId& device) const {
  return std::ranges::any_of(
      entries_, [&](const Entry& entry) { return entry.job->device == device && !entry.is_left_behind; });
}

int SideThreads::timeout() const {
  const bool undecided =
      std::ranges::any_of(entries_, [](const Entry& entry) { return !entry.is_left_behind; });
  return undecided ? static_cast<int>(patience_.count() / 4) : -1;
}

void SideThreads::advance() {
  shared_->news.clear();
  std::vector<std::uint64_t> ended;
  {
    const std::scoped_lock lock(shared_->mutex);
    ended.swap(shared_->ended);
  }
  std::erase_if(entries_, [&](const Entry& entry) {
    if (std::ranges::find(ended, entry.number) == ended.end()) return false;
    if (entry.is_left_behind) metrics_.hanging.Decrement();
    return true;
  });
  for (auto& entry : entries_) {
    if (!entry.has_thread) {
      try_to_start(entry);
    } else if (!entry.is_left_behind && Clock::now() - entry.since >= patience_) {
      leave_behind(entry);
    }
  }
}

void SideThreads::leave_behind(Entry& entry) {
  entry.is_left_behind = true;
  metrics_.left_behind.Increment();
  metrics_.hanging.Increment();
  log_.warn(entry.job->device,
            "a thread for " + entry.job->who +
                " hangs and is left behind: that program has sent a descriptor that cannot be closed");
}

}  // namespace rxlease::deviceplugin::xdp
