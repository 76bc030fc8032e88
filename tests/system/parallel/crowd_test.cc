// SPDX-License-Identifier: Apache-2.0
#include "tests/system/parallel/crowd.h"

#include <gtest/gtest.h>

#include <set>

namespace rxlease::tests {
namespace {

constexpr unsigned many = 50;

// One queue each, and addresses from one range.
class AtOnce : public Crowd, public testing::WithParamInterface<std::string> {
 protected:
  Configurations one_queue_each(unsigned count) {
    make_pods(count);
    const auto ipam = runtime.host_local({"10.22.0.0/24"});
    Configurations confs;
    for (unsigned i = 0; i < count; ++i) {
      confs.push_back(leasing({63 - i}, {{"pairing", GetParam()}}));
      if (GetParam() == "pair") confs.back()["ipam"] = ipam;
    }
    return confs;
  }
};

TEST_P(AtOnce, FiftyAddsAndThenFiftyDels) {
  const auto confs = one_queue_each(many);
  const auto before = snapshot();

  std::set<std::string> addresses;
  for (const auto& answer : call_all("ADD", confs)) {
    ASSERT_TRUE(succeeded(answer));
    for (const auto& ip : answer.object.value("ips", nlohmann::json::array()))
      addresses.insert(ip.at("address"));
  }
  EXPECT_EQ(addresses.size(), GetParam() == "pair" ? many : 0);
  EXPECT_EQ(nic.leases().size(), many);
  for (const auto& pod : pods) EXPECT_TRUE(is_recorded_as_leased(*pod));

  for (const auto& answer : call_all("DEL", confs)) EXPECT_TRUE(succeeded(answer));
  EXPECT_EQ(before, snapshot());
}

TEST_P(AtOnce, FiftyPodsAreLostAndOneGcFreesTheirQueues) {
  const auto before = snapshot();
  const auto confs = one_queue_each(many);
  for (const auto& answer : call_all("ADD", confs)) ASSERT_TRUE(succeeded(answer));
  for (auto& pod : pods) pod->remove();
  EXPECT_TRUE(succeeded(runtime.gc(confs.front(), {})));
  EXPECT_EQ(runtime.files(), std::vector<std::string>{});

  pods.clear();
  make_pods(many);
  for (const auto& answer : call_all("ADD", confs)) EXPECT_TRUE(succeeded(answer));
  for (const auto& answer : call_all("DEL", confs)) EXPECT_TRUE(succeeded(answer));
  pods.clear();
  EXPECT_EQ(before, snapshot());
}

INSTANTIATE_TEST_SUITE_P(Netkit, AtOnce, testing::Values("pair", "single"),
                         [](const auto& instance) { return instance.param; });

// GC of one network, over and over, while another one is being set up.
TEST_F(Crowd, GcOfAnotherNetworkTouchesNothing) {
  make_pods(20);
  Configurations confs;
  for (unsigned i = 0; i < pods.size(); ++i) {
    confs.push_back(leasing({i + 1}, {{"ipam", runtime.host_local({"10.22.0.0/24"})}}));
  }
  auto other = leasing({63}, {{"ipam", runtime.host_local({"10.33.0.0/24"})}});
  other["name"] = "other";
  Pod of_other;
  const auto before = snapshot();

  auto adds = start_all("ADD", confs);
  unsigned collections = 0;
  for (; collections < 10; ++collections) {
    EXPECT_TRUE(succeeded(runtime.add(of_other.attachment(), other)));
    EXPECT_TRUE(succeeded(runtime.gc(other, {})));
    EXPECT_FALSE(nic.leases().contains(63));
  }
  for (const auto& answer : finish_all(std::move(adds))) EXPECT_TRUE(succeeded(answer));
  for (const auto& pod : pods) EXPECT_TRUE(is_recorded_as_leased(*pod));
  for (const auto& answer : call_all("DEL", confs)) EXPECT_TRUE(succeeded(answer));
  EXPECT_EQ(before, snapshot());
}

}  // namespace
}  // namespace rxlease::tests
