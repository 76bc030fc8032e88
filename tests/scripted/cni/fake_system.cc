// SPDX-License-Identifier: Apache-2.0
#include "tests/scripted/cni/fake_system.h"

#include "cni/conf/error.h"

namespace rxlease::tests {

FakeSystem::FakeSystem(FakeMachine& machine) : machine_(machine) {
  ipam["ADD"] = {0, R"({"cniVersion": "1.1.0", "ips": [{"address": "10.22.0.5/16", "gateway": "10.22.0.1"},
                       {"address": "fd00::5/64", "gateway": "fd00::1"}], "routes": [{"dst": "0.0.0.0/0"}]})"};
}

std::vector<std::string> FakeSystem::allocated_devices(const cni::AllocationQuery& query) {
  queries.push_back(query);
  if (!kubelet || query.socket != kubelet_socket)
    throw cni::Error(cni::Code::try_again_later, "no socket " + query.socket);
  const bool ours = query.describe_pod() == "pod shop/web-0" && query.resource == "rxlease.dev/rxq";
  return ours ? *kubelet : std::vector<std::string>{};
}

kernel::Completed FakeSystem::run(const kernel::Command& command) {
  const auto& verb = command.environment.front().second;
  machine_.journal.step("ipam " + verb);
  const auto answer = ipam.find(verb);
  return answer == ipam.end() ? kernel::Completed{} : answer->second;
}

}  // namespace rxlease::tests
