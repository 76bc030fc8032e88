// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/descriptors.h"

#include <sys/resource.h>

#include "kernel/error.h"

namespace rxlease::kernel {

namespace {

rlimit descriptor_limits() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) throw_errno("getrlimit RLIMIT_NOFILE");
  return limit;
}

}  // namespace

std::uint64_t descriptor_limit() {
  return descriptor_limits().rlim_cur;
}

void raise_descriptor_limit() {
  auto limit = descriptor_limits();
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) throw_errno("setrlimit RLIMIT_NOFILE");
}

}  // namespace rxlease::kernel
