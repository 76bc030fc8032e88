// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/fd.h"

// Signals as descriptors, for programs that must also work as PID 1: the kernel discards a signal for PID 1
// unless it is blocked or handled.

namespace rxlease::kernel {

// Turns SIGTERM and SIGINT into a descriptor that becomes readable when one arrives. They are blocked in the
// calling thread and in all that it starts later, so they no longer end the process; one that came while they
// were blocked is not lost. KernelError if signalfd fails.
Fd block_termination();

// Lets SIGTERM and SIGINT, also one that came while they were blocked, end the process again.
void unblock_termination();

// The same as block_termination() for SIGHUP. is_pending() takes the signals that have arrived.
Fd block_hangup();
bool is_pending(const Fd& signals);

// SIGPIPE, SIGUSR1 and SIGUSR2 no longer end the process. Programs that it starts ignore them too, unless
// they are run by kernel::run().
void ignore_other_signals();

}  // namespace rxlease::kernel
