// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <ostream>

#include "kernel/fd.h"

namespace rxlease::deviceplugin::operate {

// Calls `work` at once and then every `interval`, until it says that it is done: true; or until
// `asked_to_end` can be read, as that of kernel::block_termination: false. Not done is also what ends with a
// std::exception. What an attempt has to tell, or the exception's message, goes to `out` where it is other
// than the last one's.
bool retry_until_done(const std::function<bool(std::ostream&)>& work, std::chrono::milliseconds interval,
                      const kernel::Fd& asked_to_end, std::ostream& out);

}  // namespace rxlease::deviceplugin::operate
