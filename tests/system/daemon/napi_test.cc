// SPDX-License-Identifier: Apache-2.0
//
// A pool's NAPI settings: on its queues while they are leased.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {
namespace {

class NapiOfAPool : public DaemonNode {
 protected:
  NapiOfAPool() {
    configure({"{ name: rxq, selectors: { parents: [" + nic->parent() +
               "] }, queues: { ids: [5-7] }, rss: keep, headerSplit: false, napi: { deferHardIrqs: 7, "
               "groFlushTimeoutNs: 200000 } }"});
  }

  kernel::Napi napi_of(std::uint32_t queue) const {
    const auto netdev = netdev_of(host());
    return netdev.napi_get(netdev.queue_get(nic->ifindex(), {queue})->napi_id.value()).value();
  }

  testing::AssertionResult has(std::uint32_t queue, std::uint32_t defer_hard_irqs,
                               std::uint64_t gro_flush_timeout) const {
    const bool became = eventually([&] {
      const auto napi = napi_of(queue);
      return napi.defer_hard_irqs == defer_hard_irqs && napi.gro_flush_timeout == gro_flush_timeout;
    });
    const auto napi = napi_of(queue);
    return testing::AssertionResult(became)
           << "queue " << queue << " has " << napi.defer_hard_irqs.value_or(0) << ", "
           << napi.gro_flush_timeout.value_or(0);
  }
};

TEST_F(NapiOfAPool, IsSetOnALeasedQueueAndSetBackAfterwards) {
  kernel::NapiSettings own;  // somebody's, that are not the kernel's usual ones
  own.id = napi_of(7).id;
  own.defer_hard_irqs = 3;
  netdev_of(host()).napi_set(own);
  start();
  EXPECT_TRUE(has(7, 3, 0)) << "nobody leases it yet";
  allocate_and_add({7});
  EXPECT_TRUE(has(7, 7, 200'000));
  EXPECT_TRUE(has(6, 0, 0));
  ASSERT_TRUE(succeeded(runtime.del(named(pod), network({7}))));
  EXPECT_TRUE(has(7, 3, 0));
}

TEST_F(NapiOfAPool, IsSetBackByADaemonThatWasKilledMeanwhile) {
  start();
  allocate_and_add({6, 7});
  ASSERT_TRUE(has(7, 7, 200'000));
  end(SIGKILL);
  ASSERT_TRUE(succeeded(runtime.del(named(pod), network({6, 7}))));
  EXPECT_TRUE(has(7, 7, 200'000)) << "nobody is there to set it back";
  daemon.emplace(node / "config.yaml", node / "log");
  EXPECT_TRUE(has(6, 0, 0));
  EXPECT_TRUE(has(7, 0, 0));
}

TEST_F(NapiOfAPool, IsSetBackForAnUninstallationWhilePodsLease) {
  start();
  allocate_and_add({6, 7});
  ASSERT_TRUE(has(6, 7, 200'000));
  ASSERT_TRUE(has(7, 7, 200'000));
  end();
  EXPECT_TRUE(has(7, 7, 200'000)) << "it stays over a restart";
  EXPECT_EQ(restore().status, 0);
  EXPECT_TRUE(has(6, 0, 0));
  EXPECT_TRUE(has(7, 0, 0));
  EXPECT_EQ(nic->leases().size(), 2U);
}

TEST_F(NapiOfAPool, IsNotSetBackForAnUninstallationUntilTheNicIsUp) {
  start();
  allocate_and_add({7});
  ASSERT_TRUE(has(7, 7, 200'000));
  end();
  nic->set_up(false);
  const auto refused = restore();
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, testing::HasSubstr(nic->device_id(7) + ": its NAPI settings"));
  nic->set_up(true);
  EXPECT_TRUE(has(7, 7, 200'000)) << "the kernel keeps them";
  EXPECT_EQ(restore().status, 0);
  EXPECT_TRUE(has(7, 0, 0));
}

TEST_F(NapiOfAPool, FollowsTheConfiguration) {
  start();
  allocate_and_add({7});
  ASSERT_TRUE(has(7, 7, 200'000));
  configure({"{ name: rxq, selectors: { parents: [" + nic->parent() +
             "] }, queues: { ids: [5-7] }, rss: keep, headerSplit: false, napi: { deferHardIrqs: 9 } }"});
  EXPECT_TRUE(has(7, 9, 0));
  configure({pool("rxq", nic->parent(), "[5-7]")});
  EXPECT_TRUE(has(7, 0, 0));
}

TEST_F(NapiOfAPool, IsSetAgainWhereSomebodyElseChangedIt) {
  start();
  allocate_and_add({7});
  ASSERT_TRUE(has(7, 7, 200'000));
  kernel::NapiSettings other;
  other.id = napi_of(7).id;
  other.defer_hard_irqs = 1;
  netdev_of(host()).napi_set(other);
  EXPECT_TRUE(has(7, 7, 200'000));
}

}  // namespace
}  // namespace rxlease::tests
