// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "deviceplugin/nic_state.h"
#include "kernel/netns.h"

namespace rxlease::deviceplugin {

// Looks at the NICs of the host's namespace. Each NIC is probed for leasing once in its life.
class NicScanner {
 public:
  // `sysfs`: the mount point that shows the namespace.
  NicScanner(kernel::Namespace& host, std::string sysfs) : host_(host), sysfs_(std::move(sysfs)) {}

  // The NICs that `wanted` accepts. One that goes away meanwhile is left out.
  std::vector<NicState> scan(const std::function<bool(const kernel::NicDetails&)>& wanted);

 private:
  const std::string& probe(const kernel::NicDetails& details);

  kernel::Namespace& host_;
  std::string sysfs_;
  std::map<std::uint32_t, std::string> probed_;  // by ifindex, which is never given out twice
};

}  // namespace rxlease::deviceplugin
