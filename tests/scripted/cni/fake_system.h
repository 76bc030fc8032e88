// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cni/system.h"
#include "tests/scripted/fake_machine.h"

namespace rxlease::tests {

// Around a FakeMachine: an IPAM plugin "fake-ipam" in /cni, whose calls are steps of the machine's journal,
// and perhaps a kubelet.
class FakeSystem final : public cni::System {
 public:
  explicit FakeSystem(FakeMachine& machine);

  attachment::Machine& machine() override { return machine_; }
  std::vector<std::string> allocated_devices(const cni::AllocationQuery& query) override;
  bool is_executable(const std::string& path) override { return path == "/cni/fake-ipam"; }
  kernel::Completed run(const kernel::Command& command) override;

  std::map<std::string, kernel::Completed> ipam;  // what the plugin answers to a verb; else success

  // What kubelet answers, at its usual socket, for the pod shop/web-0 and rxlease.dev/rxq. nullopt: it is not
  // there.
  std::optional<std::vector<std::string>> kubelet;
  std::vector<cni::AllocationQuery> queries;  // what it was asked
  static constexpr auto kubelet_socket = "/var/lib/kubelet/pod-resources/kubelet.sock";

 private:
  FakeMachine& machine_;
};

}  // namespace rxlease::tests
