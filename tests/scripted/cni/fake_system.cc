// SPDX-License-Identifier: Apache-2.0
#include "tests/scripted/cni/fake_system.h"

#include "cni/spec/error.h"

namespace rxlease::tests {

namespace {

constexpr auto of_pair =
    R"({"cniVersion": "1.1.0", "ips": [{"address": "10.22.0.5/16", "gateway": "10.22.0.1"},
                            {"address": "fd00::5/64", "gateway": "fd00::1"}], "routes": [{"dst": "0.0.0.0/0"}]})";
constexpr auto of_single =
    R"({"cniVersion": "1.1.0", "ips": [{"address": "10.22.0.5/16"}, {"address": "fd00::5/64"}]})";

}  // namespace

FakeSystem::FakeSystem(FakeMachine& machine) : machine_(machine) {}

std::vector<kernel::DeviceId> FakeSystem::queues_of_pod(const std::string& socket,
                                                        const proto::QueuesQuestion& question) {
  questions.push_back(question);
  if (!daemon) throw cni::Error(cni::Code::try_again_later, "no socket " + socket);
  std::vector<kernel::DeviceId> devices;
  const bool ours = question.describe_pod() == "pod shop/web-0" && question.resource == "rxlease.dev/rxq";
  if (!ours) return devices;
  for (const auto& id : *daemon) devices.push_back(kernel::DeviceId::parse(id).value());
  return devices;
}

kernel::Completed FakeSystem::run(const kernel::Command& command) {
  const auto& verb = command.environment.front().second;
  commands.push_back(command);
  machine_.journal.step("ipam " + verb);
  if (answer) return answer(command);
  const auto scripted = ipam.find(verb);
  if (scripted != ipam.end()) return scripted->second;
  if (verb != "ADD") return {};
  const bool single = command.input.find("\"pairing\":\"single\"") != std::string::npos;
  return {0, single ? of_single : of_pair};
}

}  // namespace rxlease::tests
