// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

#include "deviceplugin/lend/choose.h"
#include "kernel/process/event.h"

namespace rxlease::deviceplugin::lend {

// How long somebody waits: until the deadline, or until a stop is requested.
struct Limit {
  using Clock = std::chrono::steady_clock;

  Clock::time_point deadline;
  std::stop_token stop;
};

// How other threads wait for the daemon's loop. A round of the loop is a scan, and what is told to kubelet
// after it. Each thread asks for a round, and gets the view of it.
class Rounds {
 public:
  // Readable from the moment that somebody waits for a round, until drain().
  int fd() const { return wanted_.fd(); }
  void drain() const { wanted_.clear(); }

  // The loop calls it before its scan. Returns whether somebody waits for this round.
  bool begin();

  // The loop calls it once kubelet has been told.
  void end(View view);

  // Waits for a round that begins after this call, and returns its view. NodeError try_again_later: it has
  // not ended within the limit.
  View next(const Limit& limit);

 private:
  kernel::Event wanted_;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::uint64_t begun_ = 0;
  std::uint64_t last_ = 0;  // the number of the last round that has ended
  std::size_t waiting_ = 0;
  View view_;
};

}  // namespace rxlease::deviceplugin::lend
