// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/fd.h"

namespace rxlease::deviceplugin {

// SIGTERM and SIGINT as something to poll: from now on they end nothing by themselves, and the descriptor can
// be read when one has come. Blocks them in the calling thread and in all that it starts later. KernelError:
// signalfd.
kernel::Fd block_termination();

}  // namespace rxlease::deviceplugin
