// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cni/system/system.h"
#include "tests/scripted/fake_machine.h"

namespace rxlease::tests {

// Around a FakeMachine: an IPAM plugin "fake-ipam" in /cni, whose calls are steps of the machine's journal,
// and perhaps a node daemon.
class FakeSystem final : public cni::System {
 public:
  explicit FakeSystem(FakeMachine& machine);

  attachment::Machine& machine() override { return machine_; }
  std::vector<kernel::DeviceId> queues_of_pod(const std::string& socket,
                                              const proto::QueuesQuestion& question) override;
  void announce(const std::string& /*socket*/, const proto::TakeQuestion& question) override {
    announced.push_back(question);
    if (on_announcement) on_announcement();
  }
  bool is_executable(const std::string& path) override { return path == "/cni/fake-ipam"; }
  kernel::Completed run(const kernel::Command& command) override;

  std::map<std::string, kernel::Completed>
      ipam;  // what the plugin answers to a verb; else success, ADD with addresses
  std::vector<kernel::Command> commands;  // its calls

  // What the daemon answers for the pod shop/web-0 and rxlease.dev/rxq, in ascending order. nullopt: it is
  // not there.
  std::optional<std::vector<std::string>> daemon;
  std::vector<proto::QueuesQuestion> questions;  // what it was asked
  std::vector<proto::TakeQuestion> announced;    // what it was told
  std::function<void()> on_announcement;
  std::function<kernel::Completed(const kernel::Command&)> answer;  // instead, if it is set

 private:
  FakeMachine& machine_;
};

}  // namespace rxlease::tests
