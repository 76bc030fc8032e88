// SPDX-License-Identifier: Apache-2.0
#include "proto/lease_file.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "kernel/files.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::tests {
namespace {

// A namespace's end frees its queues before DEL comes: then the next owner writes its file while DEL looks
// for the last one's.
TEST(LeaseFile, ALateRemovalNeverTakesTheNextOwners) {
  constexpr int rounds = 2000;
  const ScratchDirectory scratch;
  const std::string state = scratch.path();
  const auto write_for = [&](const std::string& owner) {
    proto::write_lease_file(state, {"nic-rx7", "eth0", 1, "enp10s0", 7, "pair", owner});
  };
  for (int round = 0; round < rounds; ++round) {
    write_for("last");
    std::jthread late([&] { proto::remove_lease_file(state, "nic-rx7", "last"); });
    write_for("next");
    late.join();
    const auto text = kernel::read_file(state + "/devices/nic-rx7/lease.json");
    ASSERT_TRUE(text) << "lost in round " << round;
    ASSERT_EQ(nlohmann::json::parse(*text).at("containerId"), "next");
  }
}

}  // namespace
}  // namespace rxlease::tests
