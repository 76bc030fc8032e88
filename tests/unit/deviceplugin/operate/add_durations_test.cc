// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/add_durations.h"

#include <gtest/gtest.h>

namespace rxlease::deviceplugin::operate {
namespace {

using namespace std::chrono_literals;

attachment::Attachment attached(const std::string& container, std::optional<std::chrono::microseconds> took) {
  attachment::Attachment record;
  record.container_id = container;
  record.interface = "eth0";
  record.add_duration = took;
  return record;
}

class AddDurationsTest : public testing::Test {
 protected:
  // The histogram as a scrape would have it: registering it again yields the same one.
  prometheus::ClientMetric::Histogram observed() {
    for (const auto& family : registry_.Collect()) {
      if (family.name == "rxlease_cni_add_duration_seconds") return family.metric.front().histogram;
    }
    return {};
  }

  prometheus::Registry registry_;
  AddDurations durations_{registry_};
};

TEST_F(AddDurationsTest, AreObservedOnceForEachNewRecord) {
  durations_.observe({});
  durations_.observe({attached("a", 20ms)});
  durations_.observe({attached("a", 20ms), attached("b", 1500ms)});
  durations_.observe({attached("a", 20ms), attached("b", 1500ms)});
  EXPECT_EQ(observed().sample_count, 2U);
  EXPECT_DOUBLE_EQ(observed().sample_sum, 1.52);
}

TEST_F(AddDurationsTest, DoNotCountWhatAnEarlierDaemonHasCounted) {
  durations_.observe({attached("a", 20ms)});
  EXPECT_EQ(observed().sample_count, 0U);
  durations_.observe({attached("a", 20ms), attached("b", 30ms)});
  EXPECT_EQ(observed().sample_count, 1U);
}

TEST_F(AddDurationsTest, AreObservedWhenTheAddHasEndedNotBefore) {
  durations_.observe({attached("a", std::nullopt)});
  EXPECT_EQ(observed().sample_count, 0U);
  durations_.observe({attached("a", 20ms)});
  EXPECT_EQ(observed().sample_count, 1U);
}

TEST_F(AddDurationsTest, OfAContainerThatIsAttachedAnewCountAgain) {
  durations_.observe({});
  durations_.observe({attached("a", 20ms)});
  durations_.observe({attached("a", 21ms)});
  EXPECT_EQ(observed().sample_count, 2U);
  durations_.observe({});
  durations_.observe({attached("a", 21ms)});
  EXPECT_EQ(observed().sample_count, 3U);
}

TEST_F(AddDurationsTest, HaveBucketsInSeconds) {
  durations_.observe({});
  durations_.observe({attached("a", 20ms)});
  const auto histogram = observed();
  for (const auto& bucket : histogram.bucket) {
    EXPECT_EQ(bucket.cumulative_count, bucket.upper_bound >= 0.025 ? 1U : 0U) << bucket.upper_bound;
  }
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
