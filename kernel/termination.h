// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/fd.h"

namespace rxlease::kernel {

// Turns SIGTERM and SIGINT into a descriptor that becomes readable when one arrives. They are blocked in the
// calling thread and in all that it starts later, so they no longer end the process. KernelError if signalfd
// fails.
Fd block_termination();

}  // namespace rxlease::kernel
