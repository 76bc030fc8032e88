// SPDX-License-Identifier: Apache-2.0
//
// What each answer of the kernel's says about the NIC.
#include "deviceplugin/nic/lease_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/rtnetlink.h>

#include <cerrno>

#include "kernel/error.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/socket/genl.h"

namespace rxlease::deviceplugin::nic {
namespace {

using kernel::Bytes;
using kernel::KernelError;
using kernel::Message;
using kernel::Request;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint16_t netdev_family = 0x20;

// A kernel that makes netkits and leases queues, or refuses one of the two with an errno.
class ScriptedHost final : public kernel::Namespace, public kernel::Transport {
 public:
  int newlink_error = 0;
  int queue_create_error = 0;
  bool has_queue_create = true;
  std::vector<std::string> steps;  // but questions

  kernel::Transport& route() override { return *this; }
  kernel::Transport& generic() override { return *this; }
  int fd() const override { return -1; }
  std::uint64_t cookie() override { return 1; }
  std::optional<std::string> sysctl(const std::string&) override { return std::nullopt; }
  void set_sysctl(const std::string&, const std::string&) override {}
  void ethtool(const std::string&, const std::string&, std::span<std::uint8_t>) override {}

  std::vector<Message> exchange(const Request& request) override {
    if (request.operation == "getlink") throw KernelError(request.operation, ENODEV);
    if (request.operation == "getfamily") return {family()};
    steps.push_back(request.operation);
    if (request.operation == "newlink") return newlink(request);
    if (request.operation == "queue-create") return queue_create(request);
    return {};
  }

 private:
  Message family() const {
    kernel::GenlFamily family;
    family.family_id = netdev_family;
    family.family_name = "netdev";
    if (has_queue_create) family.ops = {{static_cast<std::uint32_t>(kernel::NetdevOp::queue_create), 0}};
    return {GENL_ID_CTRL, encode(family)};
  }

  std::vector<Message> newlink(const Request& request) const {
    if (newlink_error != 0) throw KernelError(request.operation, newlink_error, "as scripted");
    auto link = kernel::decode<kernel::Link>(request.payload);
    link.ifinfo.ifi_index = 12;
    return {{RTM_NEWLINK, encode(link)}};
  }

  std::vector<Message> queue_create(const Request& request) const {
    if (queue_create_error != 0) throw KernelError(request.operation, queue_create_error, "as scripted");
    Bytes payload(GENL_HDRLEN);
    const auto attributes = kernel::encode(kernel::QueueId{1});
    payload.insert(payload.end(), attributes.begin(), attributes.end());
    return {{netdev_family, payload}};
  }
};

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
