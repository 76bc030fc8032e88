// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/lend/rounds.h"

namespace rxlease::deviceplugin::lend {

bool Rounds::begin() {
  const std::scoped_lock lock(mutex_);
  ++begun_;
  return waiting_ > 0;
}

void Rounds::end(View view) {
  const std::scoped_lock lock(mutex_);
  last_ = begun_;
  view_ = std::move(view);
  ended_.notify_all();
}

View Rounds::next(const Limit& limit) {
  std::unique_lock lock(mutex_);
  const auto wanted = begun_ + 1;
  ++waiting_;
  wanted_.set();
  const bool came = ended_.wait_until(lock, limit.stop, limit.deadline, [&] { return last_ >= wanted; });
  --waiting_;
  if (came) return view_;
  throw proto::NodeError(proto::NodeError::Kind::try_again_later,
                         "the daemon has not scanned the node in time, and has lent nothing",
                         "see its log, and try again");
}

}  // namespace rxlease::deviceplugin::lend
