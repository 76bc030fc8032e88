// SPDX-License-Identifier: Apache-2.0
//
// What each answer of the kernel's to a bind says about the NIC.
#include "deviceplugin/nic/bind_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/unit/deviceplugin/nic/scripted_host.h"

namespace rxlease::deviceplugin::nic {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using tests::ScriptedHost;

const kernel::Nic nic1{"nic1", "enp2s0", 3};

// Binds as the kernel does that answers with this errno.
BindAnswer answer_to(ScriptedHost& host, int error = 0) {
  return probe_bind(host, nic1, 7, [&](std::uint32_t ifindex, std::uint32_t queue) {
    host.steps.push_back("bind queue " + std::to_string(queue) + " of " + std::to_string(ifindex));
    if (error != 0) throw kernel::KernelError("zero-copy receive", error);
  });
}

TEST(ProbeBind, ABindProvesThatTheNicCan) {
  ScriptedHost host;
  EXPECT_EQ(answer_to(host), (BindAnswer{Binding::works, ""}));
  EXPECT_THAT(host.steps, ElementsAre("newlink", "queue-create", "bind queue 1 of 12", "dellink"));
}

TEST(ProbeBind, ARefusalOfTheDriversProvesThatItCannot) {
  for (const int error : {EOPNOTSUPP, ENODATA}) {
    ScriptedHost host;
    const auto answer = answer_to(host, error);
    EXPECT_EQ(answer.binding, Binding::refused) << error;
    EXPECT_THAT(answer.why, HasSubstr("zero-copy receive: "));
    EXPECT_EQ(host.steps.back(), "dellink");
  }
}

TEST(ProbeBind, AnyOtherErrorProvesNothing) {
  for (const int error : {EINVAL, EPERM, ENOMEM, EBUSY, EEXIST, ENODEV, ENOSYS, EFAULT}) {
    ScriptedHost host;
    EXPECT_EQ(answer_to(host, error).binding, Binding::unknown) << error;
    EXPECT_EQ(host.steps.back(), "dellink");
  }
}

TEST(ProbeBind, AQueueThatIsNotLeasedProvesNothing) {
  for (const int error : {EBUSY, EINVAL, EOPNOTSUPP, ENOMEM}) {
    ScriptedHost host;
    host.queue_create_error = error;
    EXPECT_EQ(answer_to(host).binding, Binding::unknown) << error;
    EXPECT_THAT(host.steps, ElementsAre("newlink", "queue-create", "dellink"));
  }
}

TEST(ProbeBind, ANetkitThatCannotBeMadeProvesNothing) {
  ScriptedHost host;
  host.newlink_error = EOPNOTSUPP;
  const auto answer = answer_to(host);
  EXPECT_EQ(answer.binding, Binding::unknown);
  EXPECT_THAT(answer.why, HasSubstr("newlink"));
}

}  // namespace
}  // namespace rxlease::deviceplugin::nic
