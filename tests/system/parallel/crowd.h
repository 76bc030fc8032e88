// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/system/fixture/nic/simulated_nic.h"
#include "tests/system/fixture/plugin/answers.h"
#include "tests/system/fixture/plugin/runtime.h"
#include "tests/system/fixture/pod.h"
#include "tests/system/fixture/snapshot.h"

namespace rxlease::tests {

// A node with a NIC of 64 queues and as many pods as a test wants, whose plugins run at the same time.
class Crowd : public testing::Test {
 protected:
  Crowd();

  void make_pods(std::size_t count);

  // A network that leases these queues, with further members.
  nlohmann::json leasing(const std::vector<std::uint32_t>& queues,
                         const nlohmann::json& members = nlohmann::json::object()) const;

  // The verb for every pod at once, each with its own configuration.
  using Configurations = std::vector<nlohmann::json>;
  std::vector<ChildProcess> start_all(const std::string& verb, const Configurations& confs) const;
  std::vector<Answer> call_all(const std::string& verb, const Configurations& confs) const;
  static std::vector<Answer> finish_all(std::vector<ChildProcess> children);

  // The pod's record names a queue that is leased to the very device that the record names.
  testing::AssertionResult is_recorded_as_leased(Pod& pod) const;

  std::vector<Pod*> all() const;
  Snapshot snapshot() const { return Snapshot::take(runtime, {&nic}, all()); }

  SimulatedNic nic{64};
  Runtime runtime;
  std::vector<std::unique_ptr<Pod>> pods;
};

// How many answers are no failures.
std::ptrdiff_t successes(const std::vector<Answer>& answers);

}  // namespace rxlease::tests
