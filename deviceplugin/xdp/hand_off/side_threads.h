// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "deviceplugin/xdp/hand_off/limited_log.h"
#include "deviceplugin/xdp/metrics.h"
#include "kernel/device_id.h"
#include "kernel/process/event.h"

namespace rxlease::deviceplugin::xdp {

// Does work that may hang on threads that nobody waits for. A pod decides how long it takes to close a
// descriptor that the pod has sent, or a socket with such descriptors in its queue: a TCP socket lingers, and
// a file of FUSE waits for its server. A job that lasts longer than `patience` is left behind: it is counted
// and logged, and its thread goes on by itself, also after this object's end. For one thread, which calls
// advance() whenever fd() is readable, and after timeout().
class SideThreads {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds usual_patience{2000};

  struct Job {
    kernel::DeviceId device;    // on whose behalf
    std::string who;            // "process 7 of user 0", for the log
    std::function<void()> run;  // destroyed on its thread, with all that it holds
  };

  // `log` must outlive it. KernelError.
  SideThreads(LimitedLog& log, prometheus::Registry& registry,
              std::chrono::milliseconds patience = usual_patience);

  SideThreads(const SideThreads&) = delete;
  SideThreads& operator=(const SideThreads&) = delete;
  ~SideThreads();  // waits for no job

  // Starts the job; if the node has no thread for it, advance() tries again.
  void start(Job job);

  // The jobs of a device that have not ended.
  std::size_t count(const kernel::DeviceId& device) const;
  // Whether one of them is not left behind, and so may end soon.
  bool is_busy(const kernel::DeviceId& device) const;

  int fd() const { return shared_->news.fd(); }
  int timeout() const;  // in milliseconds; -1: none

  // Forgets jobs that have ended, starts those that had no thread, and leaves behind those that hang.
  void advance();

 private:
  // Of all threads, the hanging ones too.
  struct Shared {
    kernel::Event news;
    std::mutex mutex;
    std::vector<std::uint64_t> ended;  // numbers of jobs
  };

  struct Entry {
    std::uint64_t number;
    std::shared_ptr<Job> job;  // its `run` is the thread's, once there is one
    Clock::time_point since;
    bool has_thread = false;
    bool is_left_behind = false;
  };

  void try_to_start(Entry& entry);
  void leave_behind(Entry& entry);

  std::shared_ptr<Shared> shared_;
  LimitedLog& log_;
  HandOffMetrics metrics_;
  std::chrono::milliseconds patience_;
  std::list<Entry> entries_;
  std::uint64_t next_number_ = 0;
};

}  // namespace rxlease::deviceplugin::xdp
