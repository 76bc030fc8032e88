// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernel/netlink/netns.h"

namespace rxlease::benchmark {

// A new network namespace, as a pod begins with: nothing in it but a loopback device that is down.
class PodNamespace {
 public:
  PodNamespace();

  // Leads other processes to it, while this object lives.
  std::string path() const;

 private:
  kernel::NetNs netns_;
};

}  // namespace rxlease::benchmark
