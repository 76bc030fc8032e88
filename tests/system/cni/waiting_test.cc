// SPDX-License-Identifier: Apache-2.0
//
// A queue whose last owner is still being torn down is taken until the kernel is done with it: ADD waits.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/system/fixture/node.h"

namespace rxlease::tests {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

class Waiting : public Node {
 protected:
  // A pod that had queue 7 in a single and was deleted by everyone but a process that holds its namespace
  // open, where no path leads any more. Its DEL says so, and leaves the record for the next one.
  Waiting() {
    EXPECT_TRUE(succeeded(runtime.add(last_owner.attachment(), single())));
    holder = kernel::NetNs::open(last_owner.path());
    last_owner.remove();
    EXPECT_TRUE(failed(runtime.del(last_owner.attachment(), single({{"leaseTimeoutMs", 1}})), 11,
                       {nic.device_id(7) + " is still leased to container " + last_owner.name()}));
  }

  json single(const json& members = json::object()) const {
    auto conf = leasing({7}, members);
    conf["pairing"] = "single";
    return conf;
  }

  Pod last_owner;
  std::optional<kernel::NetNs> holder;
};

TEST_F(Waiting, IsOverWhenTheLastOwnerIsGone) {
  ASSERT_TRUE(nic.leases().contains(7));
  constexpr milliseconds held{300};
  const auto begin = steady_clock::now();
  std::thread letting_go([&] {
    std::this_thread::sleep_for(held);
    holder.reset();
  });
  EXPECT_TRUE(succeeded(runtime.add(pod.attachment(), leasing({7}))));
  EXPECT_GE(steady_clock::now() - begin, held);
  letting_go.join();
  EXPECT_EQ(nic.leases().at(7).ifindex, pod.link()->ifindex());
}

TEST_F(Waiting, EndsWhenTheConfiguredTimeIsOver) {
  const auto before = snapshot();
  const auto begin = steady_clock::now();
  const auto answer = runtime.add(pod.attachment(), leasing({7}, {{"leaseTimeoutMs", 200}}));
  const auto waited = steady_clock::now() - begin;
  EXPECT_TRUE(failed(answer, 11, {nic.device_id(7), "EBUSY"}, {"200 ms"}));
  EXPECT_GE(waited, milliseconds(140));  // the last pause that would end later is not begun
  EXPECT_LT(waited, milliseconds(2000));
  EXPECT_EQ(snapshot(), before);
}

TEST_F(Waiting, IsLeftOutWhenTheConfigurationAllowsHardlyAnyTime) {
  const auto begin = steady_clock::now();
  EXPECT_TRUE(failed(runtime.add(pod.attachment(), leasing({7}, {{"leaseTimeoutMs", 1}})), 11,
                     {nic.device_id(7)}, {"waited for 1 ms"}));
  EXPECT_LT(steady_clock::now() - begin, milliseconds(1000));
}

TEST_F(Waiting, NamesThePodWhoseNamespaceLivesOn) {
  const auto answer = runtime.add(pod.attachment(), leasing({7}, {{"leaseTimeoutMs", 1}}));
  EXPECT_TRUE(failed(answer, 11, {"is taken by container " + last_owner.name()}));
}

TEST_F(Waiting, IsOverForTheNextDelWhenTheNamespaceIsGone) {
  holder.reset();
  EXPECT_TRUE(succeeded(runtime.del(last_owner.attachment(), single())));
  EXPECT_TRUE(nic.leases().empty());
  EXPECT_TRUE(runtime.files().empty());
}

// A pair's end in the host is there to be deleted, whoever holds the pod's namespace.
TEST_F(Waiting, IsNotNeededAfterTheDelOfAPair) {
  Pod other;
  ASSERT_TRUE(succeeded(runtime.add(other.attachment(), leasing({5}))));
  const auto other_holder = kernel::NetNs::open(other.path());
  other.remove();
  ASSERT_TRUE(succeeded(runtime.del(other.attachment(), leasing({5}))));
  EXPECT_FALSE(nic.leases().contains(5));
  EXPECT_TRUE(succeeded(runtime.add(pod.attachment(), leasing({5}, {{"leaseTimeoutMs", 1}}))));
}

// As runtimes do it: namespace first, then DEL, and the next pod's ADD right behind.
TEST_F(Waiting, LetsPodsFollowOneAnotherOnOneQueue) {
  for (int i = 0; i < 10; ++i) {
    Pod next;
    auto conf = leasing({3});
    conf["pairing"] = i % 2 == 0 ? "single" : "pair";
    ASSERT_TRUE(succeeded(runtime.add(next.attachment(), conf))) << i;
    next.remove();
    ASSERT_TRUE(succeeded(runtime.del(next.attachment(), conf))) << i;
  }
}

}  // namespace
}  // namespace rxlease::tests
