// SPDX-License-Identifier: Apache-2.0
//
// What kubelet tells of all pods: their devices, and the CPUs that they have alone.
#include "deviceplugin/kubelet/pod_resources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scripted/kubelet/fake_kubelet.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::kubelet {
namespace {

using Pinned = std::map<std::string, std::set<std::uint32_t>>;

class PodResourcesTest : public testing::Test {
 protected:
  tests::ScratchDirectory scratch_;
  tests::FakeKubelet kubelet_{scratch_.path()};
  PodResources pod_resources_{scratch_ / "pod-resources/kubelet.sock"};
};

TEST_F(PodResourcesTest, TellThePinnedCpusOfEachDevice) {
  kubelet_.allocate("shop", "web-0", {"nic0-rx6", "nic0-rx7"}, {3, 2});
  kubelet_.allocate("shop", "db-0", {"nic0-rx5"});
  EXPECT_EQ(pod_resources_.pinned_cpus(),
            (Pinned{{"nic0-rx5", {}}, {"nic0-rx6", {2, 3}}, {"nic0-rx7", {2, 3}}}));
  EXPECT_EQ(pod_resources_.allocations(),
            (std::map<std::string, std::string>{
                {"nic0-rx5", "shop/db-0"}, {"nic0-rx6", "shop/web-0"}, {"nic0-rx7", "shop/web-0"}}));
}

TEST_F(PodResourcesTest, PassOverCpusThatCannotBe) {
  kubelet_.allocate("shop", "web-0", {"nic0-rx7"}, {-1, 4, INT64_MAX});
  EXPECT_EQ(pod_resources_.pinned_cpus(), (Pinned{{"nic0-rx7", {4}}}));
}

TEST_F(PodResourcesTest, AreUnknownWhenKubeletDoesNotTell) {
  kubelet_.keep_allocations_secret(true);
  EXPECT_FALSE(pod_resources_.pinned_cpus());
}

}  // namespace
}  // namespace rxlease::deviceplugin::kubelet
