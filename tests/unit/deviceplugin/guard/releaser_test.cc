// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/guard/releaser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>

namespace rxlease::deviceplugin::guard {
namespace {

using testing::ElementsAre;

TEST(Releaser, DeletesEverythingBeforeItEnds) {
  std::mutex mutex;
  std::multiset<std::uint32_t> deleted;
  {
    Releaser releaser([&](const auto& netkits) {
      const std::scoped_lock lock(mutex);
      deleted.insert(netkits.begin(), netkits.end());
    });
    for (std::uint32_t netkit = 1; netkit <= 100; ++netkit) releaser.add({netkit});
  }
  EXPECT_EQ(deleted.size(), 100U);
  EXPECT_EQ(std::set<std::uint32_t>(deleted.begin(), deleted.end()).size(), 100U);
}

// Both threads wait for the kernel meanwhile.
TEST(Releaser, DeletesAtOnceWhatCameTogether) {
  std::promise<void> kernel;
  const auto answered = kernel.get_future().share();
  std::promise<void> first;
  std::promise<void> second;
  std::mutex mutex;
  std::vector<std::vector<std::uint32_t>> requests;
  {
    Releaser releaser([&](const auto& netkits) {
      {
        const std::scoped_lock lock(mutex);
        requests.push_back(netkits);
        if (requests.size() == 1) first.set_value();
        if (requests.size() == 2) second.set_value();
      }
      answered.wait();
    });
    releaser.add({1});
    first.get_future().wait();
    releaser.add({2});
    second.get_future().wait();
    releaser.add({3});
    releaser.add({4, 5});
    kernel.set_value();
  }
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_THAT(requests[2], ElementsAre(3, 4, 5));
}

}  // namespace
}  // namespace rxlease::deviceplugin::guard
