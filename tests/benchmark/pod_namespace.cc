// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmark/pod_namespace.h"

#include <sched.h>
#include <unistd.h>

#include "kernel/error.h"

namespace rxlease::benchmark {

namespace {

kernel::NetNs make_netns() {
  auto home = kernel::NetNs::current();
  const kernel::InsideNetNs back_home(home);
  if (unshare(CLONE_NEWNET) != 0) kernel::throw_errno("unshare");
  return kernel::NetNs::current();
}

}  // namespace

PodNamespace::PodNamespace() : netns_(make_netns()) {}

std::string PodNamespace::path() const {
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(netns_.fd());
}

}  // namespace rxlease::benchmark
