// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/lend/choose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::lend {
namespace {

using attachment::Attachment;
using kernel::DeviceId;
using proto::NodeError;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const proto::AddLeaseQuestion question{
    .pod_namespace = "shop", .pod_name = "web-0", .pool = "", .interface = "", .steering = {}};

DeviceId device(const std::string& nic, std::uint32_t queue) {
  return {nic, queue};
}

pools::DeviceState free_device(const std::string& nic, std::uint32_t queue) {
  pools::DeviceState state;
  state.id = device(nic, queue);
  state.healthy = true;
  state.occupancy = pools::Occupancy::free;
  return state;
}

Attachment attachment_with(const std::vector<DeviceId>& devices, bool lent = false) {
  Attachment attachment;
  attachment.container_id = "c1";
  attachment.interface = lent ? "rxq1" : "eth0";
  attachment.pod_namespace = "shop";
  attachment.pod_name = "web-0";
  attachment.lent = lent;
  attachment.add_duration.emplace(1);
  for (const auto& id : devices) attachment.devices.push_back({.id = id});
  return attachment;
}

// A pool of two NICs, b with more free queues than a.
View view() {
  View view;
  view.pools.push_back({.name = "rxq", .resource = "rxlease.dev/rxq", .devices = {}, .problems = {}});
  for (const std::uint32_t queue : {6U, 7U}) view.pools.front().devices.push_back(free_device("a", queue));
  for (const std::uint32_t queue : {5U, 6U, 7U})
    view.pools.front().devices.push_back(free_device("b", queue));
  view.allocations.emplace();
  return view;
}

template <typename Act>
NodeError refusal(Act act) {
  try {
    act();
  } catch (const NodeError& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was refused";
  return {NodeError::Kind::malformed, "", ""};
}

TEST(AttachmentsOf, AreThoseOfThePodWithoutThoseThatBeginOrEnd) {
  auto seen = view();
  seen.attachments = {attachment_with({device("a", 7)}), attachment_with({device("a", 6)}, true)};
  EXPECT_THAT(attachments_of(question, seen), SizeIs(2));
  seen.attachments.front().ending = true;
  EXPECT_THAT(refusal([&] { attachments_of(question, seen); }).what(),
              HasSubstr("has no attachment of rxlease"));
  seen.attachments.front().ending = false;
  seen.attachments.front().add_duration.reset();
  EXPECT_THAT(refusal([&] { attachments_of(question, seen); }).what(),
              HasSubstr("has no attachment of rxlease"));
}

TEST(ChooseDevices, TakesTheNicOfThePodsOtherQueues) {
  auto seen = view();
  seen.attachments = {attachment_with({device("a", 7)})};
  EXPECT_THAT(choose_devices(question, seen, seen.attachments), ElementsAre(device("a", 6)));
}

TEST(ChooseDevices, TakesTheNicWithMostFreeQueuesForAPodWithoutAny) {
  auto two = question;
  two.queues = 2;
  EXPECT_THAT(choose_devices(two, view(), {attachment_with({})}),
              ElementsAre(device("b", 5), device("b", 6)));
}

TEST(ChooseDevices, LeavesWhatSomebodyHasOrIsAboutToHave) {
  auto seen = view();
  seen.pools.front().devices[2].healthy = false;
  seen.allocations->emplace("b-rx6", "shop/web-1");
  seen.attachments = {attachment_with({device("a", 6)})};
  EXPECT_THAT(choose_devices(question, seen, {attachment_with({device("b", 7)})}),
              ElementsAre(device("b", 7)));
}

TEST(ChooseDevices, SaysHowManyAreFree) {
  auto many = question;
  many.queues = 4;
  EXPECT_THAT(refusal([&] { choose_devices(many, view(), {attachment_with({})}); }).what(),
              HasSubstr("pool rxq has 3 free of one NIC, not 4"));
}

TEST(ChooseDevices, RefusesAnUnknownPoolAndOneForAfXdp) {
  auto seen = view();
  auto named = question;
  named.pool = "fast";
  EXPECT_THAT(refusal([&] { choose_devices(named, seen, {}); }).what(),
              HasSubstr("the node has no pool \"fast\""));
  seen.pools.front().use = config::PoolUse::af_xdp;
  named.pool = "rxq";
  EXPECT_THAT(refusal([&] { choose_devices(named, seen, {}); }).what(), HasSubstr("rxq is for AF_XDP"));
  EXPECT_THAT(refusal([&] { choose_devices(question, seen, {}); }).what(),
              HasSubstr("has no pool for io_uring and devmem"));
}

TEST(ChooseDevices, RefusesToGuessAmongPools) {
  auto seen = view();
  seen.pools.push_back({.name = "slow", .resource = "rxlease.dev/slow", .devices = {}, .problems = {}});
  const auto error = refusal([&] { choose_devices(question, seen, {}); });
  EXPECT_THAT(error.what(), HasSubstr("several pools for io_uring and devmem"));
  EXPECT_THAT(error.remedy(), HasSubstr("rxq, slow"));
}

TEST(ChooseDevices, AsksToTryAgainWhereKubeletDoesNotTell) {
  auto seen = view();
  seen.allocations.reset();
  EXPECT_EQ(refusal([&] { choose_devices(question, seen, {}); }).kind(), NodeError::Kind::try_again_later);
}

TEST(IsTaken, ByARecordOrByKubelet) {
  auto seen = view();
  EXPECT_FALSE(is_taken({device("a", 6)}, seen));
  seen.allocations->emplace("a-rx6", "shop/web-1");
  EXPECT_TRUE(is_taken({device("a", 6)}, seen));
  seen.attachments = {attachment_with({device("b", 7)})};
  EXPECT_TRUE(is_taken({device("b", 7)}, seen));
  EXPECT_FALSE(is_taken({device("b", 6)}, seen));
  seen.allocations.reset();  // kubelet does not tell
  EXPECT_TRUE(is_taken({device("b", 6)}, seen));
}

}  // namespace
}  // namespace rxlease::deviceplugin::lend
