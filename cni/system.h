// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cni/pod_resources.h"
#include "kernel/netns.h"
#include "kernel/nic.h"
#include "kernel/process.h"

namespace rxlease::cni {

// Everything that the plugin needs of the machine it runs on. The seam for tests that script a whole ADD.
class System {
 public:
  System() = default;
  System(const System&) = delete;
  System& operator=(const System&) = delete;
  virtual ~System() = default;

  // The namespace that the plugin runs in: the host's.
  virtual kernel::Namespace& host() = 0;

  // The namespace at a path; null when there is none.
  virtual std::unique_ptr<kernel::Namespace> open_netns(const std::string& path) = 0;

  // The NIC that device ids name, in the host's namespace; nullopt when it is not there.
  virtual std::optional<kernel::Nic> find_nic(const std::string& name) = 0;

  // The device ids that kubelet has allocated: see ask_kubelet().
  virtual std::vector<std::string> allocated_devices(const AllocationQuery& query) = 0;

  virtual bool is_socket(const std::string& path) = 0;
  virtual bool is_executable(const std::string& path) = 0;
  virtual kernel::Completed run(const kernel::Command& command) = 0;

  virtual std::chrono::steady_clock::time_point now() = 0;
  virtual void sleep(std::chrono::milliseconds duration) = 0;

  // A line for the runtime's log.
  virtual void warn(const std::string& text) = 0;
};

// The machine itself. Warnings go to standard error.
class LinuxSystem final : public System {
 public:
  LinuxSystem();

  kernel::Namespace& host() override { return host_; }
  std::unique_ptr<kernel::Namespace> open_netns(const std::string& path) override;
  std::optional<kernel::Nic> find_nic(const std::string& name) override;
  std::vector<std::string> allocated_devices(const AllocationQuery& query) override;
  bool is_socket(const std::string& path) override;
  bool is_executable(const std::string& path) override;
  kernel::Completed run(const kernel::Command& command) override;
  std::chrono::steady_clock::time_point now() override;
  void sleep(std::chrono::milliseconds duration) override;
  void warn(const std::string& text) override;

 private:
  kernel::LinuxNamespace host_;
};

}  // namespace rxlease::cni
