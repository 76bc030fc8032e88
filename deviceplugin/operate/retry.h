// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <ostream>

#include "kernel/fd.h"

namespace rxlease::deviceplugin::operate {

// Calls `work` at once and then every `interval` until it returns true; returns false if `asked_to_end`, as
// of kernel::block_termination, becomes readable first. A std::exception counts as false. Writes the account
// of an attempt, or the exception's message, to `out` if it differs from the last one.
bool retry_until_done(const std::function<bool(std::ostream&)>& work, std::chrono::milliseconds interval,
                      const kernel::Fd& asked_to_end, std::ostream& out);

}  // namespace rxlease::deviceplugin::operate
