// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attachment/site/machine.h"
#include "kernel/device_id.h"
#include "kernel/process/process.h"
#include "kernel/process/seqpacket.h"
#include "proto/node.h"

namespace rxlease::cni {

// Everything that the plugin needs of the machine it runs on: what the acts need, the node daemon, and IPAM
// plugins. The seam for tests that script a whole ADD.
class System {
 public:
  System() = default;
  System(const System&) = delete;
  System& operator=(const System&) = delete;
  virtual ~System() = default;

  virtual attachment::Machine& machine() = 0;

  // The pod's queues: see ask_node().
  virtual std::vector<kernel::DeviceId> queues_of_pod(const std::string& socket,
                                                      const proto::QueuesQuestion& question) = 0;

  // Announces what an ADD is about to lease: see tell_node().
  virtual void announce(const std::string& socket, const proto::TakeQuestion& question) = 0;

  virtual bool is_executable(const std::string& path) = 0;
  virtual kernel::Completed run(const kernel::Command& command) = 0;
};

// The machine itself. Warnings go to standard error, which is the runtime's log.
class LinuxSystem final : public System {
 public:
  LinuxSystem();

  attachment::Machine& machine() override { return machine_; }
  std::vector<kernel::DeviceId> queues_of_pod(const std::string& socket,
                                              const proto::QueuesQuestion& question) override;
  void announce(const std::string& socket, const proto::TakeQuestion& question) override;
  bool is_executable(const std::string& path) override;
  kernel::Completed run(const kernel::Command& command) override;

 private:
  attachment::LinuxMachine machine_;
  std::optional<kernel::SeqPacket> announced_;  // open until the plugin ends
};

}  // namespace rxlease::cni
