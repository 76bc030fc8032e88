// SPDX-License-Identifier: Apache-2.0
#include "cni/system/system.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "cni/system/node_client.h"
#include "text/display.h"

namespace rxlease::cni {

LinuxSystem::LinuxSystem()
    : machine_([](const std::string& text) {
        // IPAM plugins' words get into these lines.
        std::fprintf(stderr, "rxlease: %s\n", text::escape_control_characters(text).c_str());
      }) {}

std::vector<kernel::DeviceId> LinuxSystem::queues_of_pod(const std::string& socket,
                                                         const proto::QueuesQuestion& question) {
  return ask_node(socket, question);
}

void LinuxSystem::announce(const std::string& socket, const proto::TakeQuestion& question) {
  announced_ = tell_node(socket, question);
}

bool LinuxSystem::is_executable(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
}

kernel::Completed LinuxSystem::run(const kernel::Command& command) {
  return kernel::run(command);
}

}  // namespace rxlease::cni
