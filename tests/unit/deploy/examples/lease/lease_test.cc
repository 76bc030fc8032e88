// SPDX-License-Identifier: Apache-2.0
//
// An example program finds the queues that its container was given.
#include "deploy/examples/lease/lease.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "tests/unit/scratch_directory.h"

namespace rxlease::examples {
namespace {

TEST(Leases, AreNamedByAFolderOrByAVariableOfAPool) {
  EXPECT_TRUE(names_leases("/run/rxlease/0000_0a_00.0.p0-rx63"));
  EXPECT_TRUE(names_leases("RXLEASE_DEVICES_RXQ"));
  EXPECT_FALSE(names_leases("eth0"));
}

TEST(Leases, AreReadFromTheFolder) {
  const tests::ScratchDirectory folder;
  std::ofstream(folder / "lease.json")
      << R"({"device": "d-rx7", "interface": "rxq0", "queue": 1, "mode": "single"})";
  const auto leases = leases_named_by(folder.path());
  ASSERT_EQ(leases.size(), 1U);
  EXPECT_EQ(leases[0].folder, folder.path());
  EXPECT_EQ(leases[0].interface, "rxq0");
  EXPECT_EQ(leases[0].queue, 1U);
}

TEST(Leases, OfNoContainerAreRefusedWithTheFileOrTheVariable) {
  using testing::HasSubstr;
  using testing::ThrowsMessage;
  unsetenv("RXLEASE_DEVICES_RXQ");
  EXPECT_THAT(
      [] { leases_named_by("RXLEASE_DEVICES_RXQ"); },
      ThrowsMessage<std::runtime_error>(HasSubstr("RXLEASE_DEVICES_RXQ is not set: does the container's")));
  setenv("RXLEASE_DEVICES_RXQ", "0000:0a:00.0-rx63", 1);
  EXPECT_THAT([] { leases_named_by("RXLEASE_DEVICES_RXQ"); },
              ThrowsMessage<std::runtime_error>(
                  HasSubstr("/run/rxlease/0000_0a_00.0-rx63/lease.json cannot be read")));
  setenv("RXLEASE_DEVICES_RXQ", "", 1);
  EXPECT_THAT([] { leases_named_by("RXLEASE_DEVICES_RXQ"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("names no device")));
  unsetenv("RXLEASE_DEVICES_RXQ");
}

TEST(Leases, AreQueuesOfOneInterface) {
  const auto queues = queues_of({{"/a", "eth0", 2}, {"/b", "eth0", 1}});
  EXPECT_EQ(queues.interface, "eth0");
  EXPECT_THAT(queues.queues, testing::ElementsAre(2, 1));
  EXPECT_THAT(
      [] {
        queues_of({{"/a", "eth0", 1}, {"/b", "eth1", 1}});
      },
      testing::ThrowsMessage<std::runtime_error>(testing::HasSubstr("two interfaces, eth0 and eth1")));
}

}  // namespace
}  // namespace rxlease::examples
