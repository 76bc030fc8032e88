// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/fd.h"

namespace rxlease::kernel {

// SIGTERM and SIGINT as something to poll: from now on they end nothing by themselves, and the descriptor can
// be read when one has come. Blocks them in the calling thread and in all that it starts later. KernelError:
// signalfd.
Fd block_termination();

}  // namespace rxlease::kernel
