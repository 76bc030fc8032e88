// SPDX-License-Identifier: Apache-2.0
//
// What each answer of the kernel's says about the NIC.
#include "deviceplugin/nic/lease_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/unit/deviceplugin/nic/scripted_host.h"

namespace rxlease::deviceplugin::nic {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using tests::ScriptedHost;

const kernel::Nic nic0{"nic0", "enp1s0", 2};

LeaseAnswer probe_refused_with(int error) {
  ScriptedHost host;
  host.queue_create_error = error;
  auto answer = probe_lease(host, nic0, 7);
  EXPECT_EQ(ask_lease(host, nic0), answer);
  EXPECT_THAT(host.steps,
              ElementsAre("newlink", "queue-create", "dellink", "newlink", "queue-create", "dellink"));
  return answer;
}

TEST(ProbeLease, ALeaseProvesThatTheNicCan) {
  ScriptedHost host;
  EXPECT_EQ(probe_lease(host, nic0, 7), (LeaseAnswer{"", true}));
  EXPECT_THAT(host.steps, ElementsAre("newlink", "queue-create", "dellink"));
}

TEST(ProbeLease, ARefusalOfTheQueueProvesThatTheNicCan) {
  for (const int error : {EBUSY, ERANGE}) EXPECT_EQ(probe_refused_with(error), (LeaseAnswer{"", true}));
}

TEST(ProbeLease, ARefusalOfTheNicProvesThatItCannot) {
  const auto answer = probe_refused_with(EINVAL);
  EXPECT_THAT(answer.cannot_lease, HasSubstr("as scripted"));
  EXPECT_TRUE(answer.is_proven);
}

TEST(ProbeLease, AnyOtherErrorProvesNothing) {
  for (const int error : {ENOMEM, EPERM, ENODEV, EINTR, EOPNOTSUPP}) {
    const auto answer = probe_refused_with(error);
    EXPECT_THAT(answer.cannot_lease, HasSubstr("as scripted")) << error;
    EXPECT_FALSE(answer.is_proven) << error;
  }
}

TEST(ProbeLease, ANetkitThatCannotBeMadeProvesNothingOfTheNic) {
  for (const int error : {ENOMEM, EINVAL, EBUSY, EOPNOTSUPP}) {
    ScriptedHost host;
    host.newlink_error = error;
    const auto answer = probe_lease(host, nic0, 7);
    EXPECT_THAT(answer.cannot_lease, HasSubstr("newlink")) << error;
    EXPECT_FALSE(answer.is_proven) << error;
  }
}

TEST(ProbeLease, AKernelWithoutQueueCreateIsProof) {
  ScriptedHost host;
  host.has_queue_create = false;
  const auto answer = probe_lease(host, nic0, 7);
  EXPECT_THAT(answer.cannot_lease, HasSubstr("no queue-create"));
  EXPECT_TRUE(answer.is_proven);
  EXPECT_THAT(host.steps, testing::IsEmpty());
}

}  // namespace
}  // namespace rxlease::deviceplugin::nic
