// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "attachment/record/attachment_store.h"
#include "kernel/netlink/netns.h"
#include "kernel/nic.h"

namespace rxlease::attachment {

// What the acts need of the machine they run on. The seam for tests that script its kernel.
class Machine {
 public:
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  virtual ~Machine() = default;

  // The host's network namespace, which has the NICs: the one that the program runs in.
  virtual kernel::Namespace& host() = 0;

  // The namespace at a path; null when there is none.
  virtual std::unique_ptr<kernel::Namespace> open_netns(const std::string& path) = 0;

  // The NIC of the host that device ids name; nullopt when it is not there.
  virtual std::optional<kernel::Nic> find_nic(const std::string& name) = 0;

  virtual std::chrono::steady_clock::time_point now() = 0;
  virtual void sleep(std::chrono::milliseconds duration) = 0;

  // A line for whoever operates the node.
  virtual void warn(const std::string& text) = 0;
};

// The machine itself. The caller says where warnings go.
class LinuxMachine final : public Machine {
 public:
  using Warn = std::function<void(const std::string& text)>;
  explicit LinuxMachine(Warn warn);

  kernel::Namespace& host() override { return host_; }
  std::unique_ptr<kernel::Namespace> open_netns(const std::string& path) override;
  std::optional<kernel::Nic> find_nic(const std::string& name) override;
  std::chrono::steady_clock::time_point now() override;
  void sleep(std::chrono::milliseconds duration) override;
  void warn(const std::string& text) override { warn_(text); }

 private:
  kernel::LinuxNamespace host_;
  Warn warn_;
};

// Where an act takes place: a machine, and the directory that has its records and lease files.
struct Site {
  Machine& machine;
  std::string state_directory;

  AttachmentStore store() const { return AttachmentStore(state_directory); }
};

}  // namespace rxlease::attachment
