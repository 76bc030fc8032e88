// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <ostream>

#include "kernel/fd.h"

namespace rxlease::deviceplugin::operate {

// Calls `work` at once and then every `interval`. Returns true as soon as `work` does, and false if
// `asked_to_end`, such as kernel::block_termination()'s, becomes readable before. A std::exception counts as
// a failed attempt. What an attempt writes to its stream, or the exception's message, goes to `out`, unless
// it repeats the last attempt's.
bool retry_until_done(const std::function<bool(std::ostream&)>& work, std::chrono::milliseconds interval,
                      const kernel::Fd& asked_to_end, std::ostream& out);

}  // namespace rxlease::deviceplugin::operate
