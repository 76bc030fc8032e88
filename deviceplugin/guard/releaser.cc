// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/guard/releaser.h"

#include <utility>

namespace rxlease::deviceplugin::guard {

namespace {

constexpr std::size_t thread_count = 2;  // one lets go while the other waits for a grace period

}  // namespace

Releaser::Releaser(std::function<void(const std::vector<std::uint32_t>&)> let_go)
    : let_go_(std::move(let_go)) {
  for (std::size_t i = 0; i < thread_count; ++i) threads_.emplace_back([this] { run(); });
}

Releaser::~Releaser() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  news_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Releaser::add(const std::vector<std::uint32_t>& netkits) {
  {
    const std::scoped_lock lock(mutex_);
    waiting_.insert(waiting_.end(), netkits.begin(), netkits.end());
  }
  news_.notify_one();
}

void Releaser::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    news_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto netkits = std::exchange(waiting_, {});
    lock.unlock();
    let_go_(netkits);
    lock.lock();
  }
}

}  // namespace rxlease::deviceplugin::guard
