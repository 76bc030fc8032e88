// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>

namespace rxlease::kernel {

// Gives up permanently every capability of the calling thread but `kept`, numbers of <linux/capability.h>;
// one of these that it has not it does not get. Threads and programs that it starts later have no others
// either: the bounding set, the ambient set and the inheritable set are emptied of the rest, and no_new_privs
// is set. A thread without CAP_SETPCAP keeps its bounding set, which no_new_privs makes useless. To be called
// before other threads start. KernelError.
void keep_only_capabilities(std::initializer_list<unsigned> kept);

}  // namespace rxlease::kernel
