// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "kernel/files.h"
#include "tests/system/parallel/crowd.h"

namespace rxlease::tests {
namespace {

// Several who want the same thing.
class Contest : public Crowd {
 protected:
  // lease.json says that the queue is the pod's.
  testing::AssertionResult holds(const Pod& pod, std::uint32_t queue) const {
    const auto text = kernel::read_file(runtime.lease_file(nic.device_id(queue))).value_or("none");
    const auto object = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (object.is_object() && object.value("containerId", "") == pod.name())
      return testing::AssertionSuccess();
    return testing::AssertionFailure() << "not of " << pod.name() << ": " << text;
  }
};

TEST_F(Contest, OfEightPodsOneGetsTheQueue) {
  make_pods(8);
  const auto before = snapshot();
  const auto conf = leasing({5}, {{"leaseTimeoutMs", 50}, {"ipam", runtime.host_local({"10.22.0.0/24"})}});
  const auto answers = call_all("ADD", Configurations(pods.size(), conf));

  EXPECT_EQ(successes(answers), 1);
  EXPECT_EQ(runtime.files().size(), 3U) << "a record, a lease file and a reservation";
  EXPECT_EQ(nic.leases().size(), 1U);
  for (std::size_t i = 0; i < pods.size(); ++i) {
    if (answers[i].status == 0) {
      EXPECT_TRUE(is_recorded_as_leased(*pods[i]));
      EXPECT_TRUE(holds(*pods[i], 5));
      EXPECT_TRUE(succeeded(runtime.del(pods[i]->attachment(), conf)));
    } else {
      EXPECT_TRUE(failed(answers[i], 11, {nic.device_id(5), "is taken by"}, {"leaseTimeoutMs"}));
      EXPECT_FALSE(pods[i]->link());
    }
  }
  EXPECT_EQ(before, snapshot());
}

TEST_F(Contest, OfTwoAddsOfOneAttachmentOneSucceeds) {
  make_pods(1);
  const auto before = snapshot();
  for (int round = 0; round < 10; ++round) {
    std::vector<ChildProcess> twins;
    twins.push_back(runtime.start("ADD", pods[0]->attachment(), leasing({5})));
    twins.push_back(runtime.start("ADD", pods[0]->attachment(), leasing({6})));
    const auto answers = finish_all(std::move(twins));
    EXPECT_EQ(successes(answers), 1);
    EXPECT_TRUE(is_recorded_as_leased(*pods[0]));
    EXPECT_EQ(nic.leases().size(), 1U);
    EXPECT_TRUE(failed(answers[answers[0].status == 0 ? 1 : 0], 4, {"already"}));
    EXPECT_TRUE(succeeded(runtime.del(pods[0]->attachment(), leasing({5}))));
    EXPECT_EQ(before, snapshot());
  }
}

TEST_F(Contest, AQueueGoesFromOnePodToTheNextWithoutAPause) {
  make_pods(2);
  const auto before = snapshot();
  const auto conf = leasing({5});
  ASSERT_TRUE(succeeded(runtime.add(pods[0]->attachment(), conf)));
  for (std::size_t round = 0; round < 20; ++round) {
    const auto& from = *pods[round % 2];
    auto& to = *pods[(round + 1) % 2];
    auto add = runtime.start("ADD", to.attachment(), conf);
    EXPECT_TRUE(succeeded(runtime.del(from.attachment(), conf)));
    ASSERT_TRUE(succeeded(Runtime::finish(std::move(add))));
    EXPECT_TRUE(is_recorded_as_leased(to));
    EXPECT_TRUE(holds(to, 5));
  }
  EXPECT_TRUE(succeeded(runtime.del(pods[0]->attachment(), conf)));
  EXPECT_EQ(before, snapshot());
}

// Workers that lease and give back as they like, and delete what failed too, as runtimes do.
TEST_F(Contest, TwoHundredRoundsOfFourWorkersOverEightQueuesLeaveNothing) {
  constexpr unsigned workers = 4;
  constexpr unsigned rounds = 50;
  make_pods(workers);
  const auto before = snapshot();
  std::atomic<unsigned> leased{0};
  const auto work = [&](unsigned worker) {
    std::minstd_rand random(worker + 1);
    const auto& pod = *pods[worker];
    for (unsigned round = 0; round < rounds; ++round) {
      const auto queue = static_cast<std::uint32_t>(random() % 8);
      const auto conf = leasing({queue}, {{"leaseTimeoutMs", 20}});
      const auto answer = runtime.add(pod.attachment(), conf);
      if (answer.status == 0) {
        ++leased;
        EXPECT_TRUE(holds(pod, queue));
      } else {
        EXPECT_TRUE(failed(answer, 11, {nic.device_id(queue)}));
      }
      EXPECT_TRUE(succeeded(runtime.del(pod.attachment(), conf)));
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned worker = 0; worker < workers; ++worker) threads.emplace_back(work, worker);
  threads.clear();  // waits for them
  EXPECT_GE(leased, workers * rounds / 4);
  EXPECT_EQ(before, snapshot());
}

}  // namespace
}  // namespace rxlease::tests
