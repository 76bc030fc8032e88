// SPDX-License-Identifier: Apache-2.0
#include "attachment/site/machine.h"

#include <thread>

namespace rxlease::attachment {

LinuxMachine::LinuxMachine(Warn warn) : host_(kernel::NetNs::current()), warn_(std::move(warn)) {}

std::unique_ptr<kernel::Namespace> LinuxMachine::open_netns(const std::string& path) {
  auto netns = kernel::NetNs::open(path);
  return netns ? std::make_unique<kernel::LinuxNamespace>(std::move(*netns)) : nullptr;
}

std::optional<kernel::Nic> LinuxMachine::find_nic(const std::string& name) {
  return kernel::find_nic("/sys", name);
}

std::chrono::steady_clock::time_point LinuxMachine::now() {
  return std::chrono::steady_clock::now();
}

void LinuxMachine::sleep(std::chrono::milliseconds duration) {
  std::this_thread::sleep_for(duration);
}

}  // namespace rxlease::attachment
