// SPDX-License-Identifier: Apache-2.0
#include "cni/system.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

namespace rxlease::cni {

LinuxSystem::LinuxSystem() : host_(kernel::NetNs::current()) {}

std::unique_ptr<kernel::Namespace> LinuxSystem::open_netns(const std::string& path) {
  auto netns = kernel::NetNs::open(path);
  return netns ? std::make_unique<kernel::LinuxNamespace>(std::move(*netns)) : nullptr;
}

std::optional<kernel::Nic> LinuxSystem::find_nic(const std::string& name) {
  return kernel::find_nic("/sys", name);
}

std::vector<std::string> LinuxSystem::allocated_devices(const AllocationQuery& query) {
  return ask_kubelet(query);
}

bool LinuxSystem::is_socket(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

bool LinuxSystem::is_executable(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
}

kernel::Completed LinuxSystem::run(const kernel::Command& command) {
  return kernel::run(command);
}

std::chrono::steady_clock::time_point LinuxSystem::now() {
  return std::chrono::steady_clock::now();
}

void LinuxSystem::sleep(std::chrono::milliseconds duration) {
  std::this_thread::sleep_for(duration);
}

void LinuxSystem::warn(const std::string& text) {
  std::fprintf(stderr, "rxlease: %s\n", text.c_str());
}

}  // namespace rxlease::cni
