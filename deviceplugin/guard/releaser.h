// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace rxlease::deviceplugin::guard {

// Deletes netkits in threads of its own, so that nobody waits for the kernel's grace period. Each thread
// takes all that have come together meanwhile, and the kernel waits once for them.
class Releaser {
 public:
  // `let_go` deletes netkits, by their ifindexes; called by several threads at once. It must not throw.
  explicit Releaser(std::function<void(const std::vector<std::uint32_t>&)> let_go);
  Releaser(const Releaser&) = delete;
  Releaser& operator=(const Releaser&) = delete;
  ~Releaser();  // when all are deleted

  void add(const std::vector<std::uint32_t>& netkits);

 private:
  void run();

  std::function<void(const std::vector<std::uint32_t>&)> let_go_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::vector<std::uint32_t> waiting_;
  bool ending_ = false;
  std::vector<std::thread> threads_;  // last: they use the rest
};

}  // namespace rxlease::deviceplugin::guard
