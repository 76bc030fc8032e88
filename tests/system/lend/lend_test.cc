// SPDX-License-Identifier: Apache-2.0
//
// The daemon lends further queues to a pod that runs, and takes them back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "attachment/record/attachment_store.h"
#include "tests/system/lend/lending_node.h"

namespace rxlease::tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(Lending, GivesAFurtherInterfaceOfAQueueThatKubeletAllocatesToNobody) {
  start_with_pod();
  const auto answer = ask(one());
  EXPECT_EQ(answer.interface, "rxq1");
  ASSERT_THAT(answer.leases, testing::SizeIs(1));
  EXPECT_EQ(answer.leases.front().device.to_string(), nic->device_id(5));
  EXPECT_EQ(answer.leases.front().queue, 1U);
  ASSERT_TRUE(pod.link("rxq1"));
  EXPECT_TRUE(pod.link("rxq1")->netkit());
  EXPECT_EQ(nic->leases().count(5), 1U);
  EXPECT_TRUE(watch->shows(lent({5})));
  EXPECT_TRUE(logs({"lent", "to shop/web-0 as rxq1"}));
  v1beta1::AllocateResponse response;
  const auto status = allocate_ids(*plugin(), nic->device_ids({5}), response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("lent to shop/web-0"));
}

TEST_F(Lending, CountsAsALeaseLikeAnyOther) {
  start_with_pod();
  ask(one());
  const auto queues = [&](const std::string& state) {
    return "rxlease_queues{health=\"healthy\",nic=\"" + nic_name + "\",pool=\"rxq\",state=\"" + state +
           "\"} ";
  };
  EXPECT_TRUE(counts(queues("leased") + "2"));
  EXPECT_TRUE(counts(queues("free") + "1"));
  EXPECT_TRUE(counts("rxlease_attachments 2"));
  EXPECT_TRUE(counts("rxlease_cni_add_duration_seconds_count 1"));
}

TEST_F(Lending, TakesTheNextFreeNameAndTheNextFreeQueues) {
  start_with_pod();
  ask(one());
  EXPECT_EQ(ask(one()).interface, "rxq2");
  EXPECT_TRUE(watch->shows(lent({5, 6})));
  EXPECT_THAT(refusal(one()), HasSubstr("queues: pool rxq has 0 free of the pod's NIC"));
}

TEST_F(Lending, GivesSeveralQueuesByOneInterface) {
  start_with_pod();
  auto question = one();
  question.queues = 2;
  const auto answer = ask(question);
  ASSERT_THAT(answer.leases, testing::SizeIs(2));
  for (const std::uint32_t index : {0U, 1U}) {
    EXPECT_EQ(answer.leases[index].device.to_string(), nic->device_id(5 + index));
    EXPECT_EQ(answer.leases[index].queue, 1 + index);
  }
  EXPECT_EQ(pod.link("rxq1")->num_rx_queues, 3U);
  EXPECT_THAT(nic->leases(), testing::ElementsAre(testing::Key(5), testing::Key(6), testing::Key(7)));
  EXPECT_TRUE(watch->shows(lent({5, 6})));
  EXPECT_EQ(ask(back()).leases.size(), 2U);
  EXPECT_THAT(nic->leases(), testing::ElementsAre(testing::Key(7)));
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(Lending, LeavesWhatKubeletHasAllocatedToOthers) {
  start_with_pod();
  kubelet->allocate("shop", "web-1", nic->device_ids({5}));
  EXPECT_EQ(ask(one()).leases.front().device.to_string(), nic->device_id(6));
}

TEST_F(Lending, IsTakenBack) {
  start_with_pod();
  ask(one());
  const auto answer = ask(back());
  EXPECT_EQ(answer.interface, "rxq1");
  EXPECT_FALSE(pod.link("rxq1"));
  EXPECT_EQ(nic->leases().count(5), 0U);
  EXPECT_THAT(runtime.records(), testing::SizeIs(1));
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(Lending, GoesWithThePod) {
  start_with_pod();
  ask(one());
  ASSERT_TRUE(succeeded(runtime.del(named(pod), network({7}, pair()))));
  EXPECT_THAT(runtime.records(), IsEmpty());
  EXPECT_FALSE(pod.link("rxq1"));
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(Lending, StaysForAsLongAsTheRuntimeHasAnAttachmentOfThePod) {
  start_with_pod();
  auto other = named(pod);
  other.ifname = "net1";
  ASSERT_TRUE(succeeded(runtime.add(other, network({6}))));
  ask(one());
  ASSERT_TRUE(succeeded(runtime.del(other, network({6}))));
  EXPECT_TRUE(pod.link("rxq1"));
  ASSERT_TRUE(succeeded(runtime.del(named(pod), network({7}, pair()))));
  EXPECT_FALSE(pod.link("rxq1"));
  EXPECT_THAT(runtime.records(), IsEmpty());
}

TEST_F(Lending, IsNotWhatADelOfTheSameNameIsAbout) {
  start_with_pod();
  ask(one());
  auto other = named(pod);
  other.ifname = "rxq1";
  EXPECT_EQ(runtime.add(other, network({6})).status, 1);  // the name is taken
  ASSERT_TRUE(succeeded(runtime.del(other, network({6}))));
  EXPECT_TRUE(pod.link("rxq1"));
  EXPECT_EQ(nic->leases().count(5), 1U);
}

TEST_F(Lending, GoesWithAPodWhoseRuntimeForgetsIt) {
  start_with_pod();
  ask(one());
  kubelet->allocate("shop", "web-0", {});
  pod.remove();
  EXPECT_TRUE(eventually([&] {
    const auto records = runtime.records();
    return std::ranges::none_of(records, [](const auto& record) { return record.lent; });
  })) << log();
}

TEST_F(Lending, StaysOverARestartOfTheDaemonAndOverTheRuntimesCollection) {
  start_with_pod();
  ask(one());
  end(SIGKILL);
  start();
  EXPECT_TRUE(watch->shows(lent({5})));
  ASSERT_TRUE(succeeded(runtime.gc(network({7}, pair()), {named(pod)})));
  EXPECT_TRUE(pod.link("rxq1"));
  ask(back());
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(Lending, ComesBackWithTheNic) {
  start_with_pod();
  ask(one());
  unplug();
  plug();
  EXPECT_TRUE(eventually([&] { return pod.link("rxq1").has_value() && nic->leases().count(5) == 1; }))
      << log();
  EXPECT_TRUE(watch->shows(lent({5})));
}

TEST_F(Lending, HasAnotherQueueStandInForOneThatIsGone) {
  start();
  add({5}, pair());
  ask(one());
  ASSERT_EQ(ask(one()).leases.front().device.to_string(), nic->device_id(7));
  ask(back("rxq1"));
  unplug();
  plug(7);  // queue 7 is gone
  EXPECT_TRUE(logs({"healed", "interface rxq2", "-rx6 in place of " + nic_name + "-rx7"}));
  EXPECT_TRUE(pod.link("rxq2"));
  EXPECT_THAT(nic->leases(), testing::ElementsAre(testing::Key(5), testing::Key(6)));
  EXPECT_TRUE(watch->shows(lent({6, 7})));
  EXPECT_EQ(ask(back("rxq2")).leases.front().device.to_string(), nic->device_id(6));
  EXPECT_FALSE(pod.link("rxq2"));
  EXPECT_THAT(nic->leases(), testing::ElementsAre(testing::Key(5)));
  EXPECT_TRUE(watch->shows(health({7})));
}

TEST_F(Lending, IsTakenBackThoughItsNicCameBackWithoutIt) {
  configure_pool(", heal: false");
  start_with_pod();
  ask(one());
  unplug();
  plug();
  EXPECT_TRUE(watch->shows(lent({5})));
  EXPECT_TRUE(logs({"interface rxq1", "is not healed: pool rxq has heal: false"}));
  EXPECT_FALSE(pod.link("rxq1"));
  ask(back());
  EXPECT_TRUE(watch->shows(all_healthy()));
}

TEST_F(Lending, IsTakenBackIfTheDaemonWasKilledBeforeItHadLent) {
  start_with_pod();
  ask(one());
  end(SIGKILL);
  auto records = runtime.records();
  const auto loan = std::ranges::find(records, true, &attachment::Attachment::lent);
  loan->blueprint.reset();  // which comes last
  attachment::AttachmentStore(runtime.state_directory()).update(*loan);
  start();
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_FALSE(pod.link("rxq1"));
  EXPECT_THAT(runtime.records(), testing::SizeIs(1));
  EXPECT_TRUE(pod.link("rxq0"));
}

TEST_F(Lending, IsRefusedWithTheReason) {
  start_with_pod();
  auto question = one();
  question.pod_name = "web-9";
  EXPECT_THAT(refusal(question), HasSubstr("pod \"shop/web-9\" has no attachment of rxlease on this node"));
  question = one();
  question.pool = "fast";
  EXPECT_THAT(refusal(question), HasSubstr("pool: the node has no pool \"fast\"; name one that it has: rxq"));
  question = one();
  question.queues = 3;
  EXPECT_THAT(refusal(question), HasSubstr("has 2 free of the pod's NIC"));
  question = one();
  question.queues = 0;
  EXPECT_THAT(refusal(question), HasSubstr("one at least, not 0"));
  question = one();
  question.interface = "rxq0";
  EXPECT_THAT(refusal(question), HasSubstr("interface: the pod has an interface rxq0 already"));
  question = one();
  question.interface = "a/b";
  EXPECT_THAT(refusal(question), HasSubstr("is not an interface name"));
  question = one();
  question.steering = {"tcp"};
  EXPECT_THAT(refusal(question), HasSubstr("steering: \"tcp\" is no flow"));
  EXPECT_THAT(refusal(back("rxq7")), HasSubstr("pod \"shop/web-0\" has no \"rxq7\" that rxlease made"));
  EXPECT_THAT(refusal(back("rxq0")), HasSubstr("rxq0 of pod \"shop/web-0\" is not lent"));
  EXPECT_TRUE(watch->shows(all_healthy()));
}

}  // namespace
}  // namespace rxlease::tests
