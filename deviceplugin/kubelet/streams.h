// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace rxlease::deviceplugin::kubelet {

// Counts the ListAndWatch streams of one endpoint: kubelet has one open as long as it knows the pool. Safe
// from any thread.
class Streams {
 public:
  // `on_end`: called after each stream's end, from the thread that serves the endpoint.
  explicit Streams(std::function<void()> on_end) : on_end_(std::move(on_end)) {}

  void begins() {
    ++open_;
    ++begun_;
  }
  void ends() {
    --open_;
    on_end_();
  }

  bool any_open() const { return open_ > 0; }
  std::uint64_t begun() const { return begun_; }  // since the endpoint is there

 private:
  std::function<void()> on_end_;
  std::atomic<int> open_ = 0;
  std::atomic<std::uint64_t> begun_ = 0;
};

}  // namespace rxlease::deviceplugin::kubelet
