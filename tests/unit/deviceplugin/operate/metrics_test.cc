// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::operate {
namespace {

using testing::HasSubstr;
using testing::Not;

class MetricsTest : public testing::Test {
 protected:
  static pools::DeviceState device(const std::string& nic, std::uint32_t queue, pools::Use use,
                                   bool healthy = true) {
    pools::DeviceState state;
    state.id = {nic, queue};
    state.use = use;
    state.healthy = healthy;
    return state;
  }

  kubelet::AllocationCounters allocations_;
  kubelet::RegistrationCounters registrations_;
  reconcile::ReconciliationCounters reconciliations_;
  prepare::PreparationCounters preparations_;
  Metrics metrics_{allocations_, registrations_, reconciliations_, preparations_};
};

TEST_F(MetricsTest, CountQueuesByPoolNicStateAndHealth) {
  pools::Snapshot snapshot;
  snapshot.pools.resize(2);
  snapshot.pools[0].name = "rxq";
  snapshot.pools[0].devices = {device("nic0", 6, pools::Use::free), device("nic0", 7, pools::Use::free),
                               device("nic1", 7, pools::Use::leased),
                               device("nic1", 6, pools::Use::foreign, false)};
  snapshot.pools[1].name = "slow";
  snapshot.pools[1].devices = {device("nic2", 1, pools::Use::unknown, false)};
  metrics_.update(snapshot);
  const auto text = metrics_.scrape();
  EXPECT_THAT(text, HasSubstr("# TYPE rxlease_queues gauge\n"));
  for (const auto* line :
       {R"(rxlease_queues{health="healthy",nic="nic0",pool="rxq",state="free"} 2)",
        R"(rxlease_queues{health="healthy",nic="nic1",pool="rxq",state="leased"} 1)",
        R"(rxlease_queues{health="unhealthy",nic="nic1",pool="rxq",state="foreign lease"} 1)",
        R"(rxlease_queues{health="unhealthy",nic="nic2",pool="slow",state="unknown"} 1)"}) {
    EXPECT_THAT(text, HasSubstr(line + std::string("\n")));
  }
}

TEST_F(MetricsTest, TellEachCounterByItsOutcome) {
  allocations_.succeeded = 1;
  allocations_.unknown_device = 2;
  allocations_.unhealthy_device = 3;
  allocations_.several_nics = 4;
  allocations_.failed = 5;
  registrations_.succeeded = 6;
  registrations_.failed = 7;
  reconciliations_.records_removed = 8;
  reconciliations_.lease_files_removed = 9;
  reconciliations_.steerings_removed = 5;
  reconciliations_.foreign_leases_reclaimed = 10;
  const auto text = metrics_.scrape();
  for (const auto* line : {R"(rxlease_allocations_total{outcome="succeeded"} 1)",
                           R"(rxlease_allocations_total{outcome="unknown_device"} 2)",
                           R"(rxlease_allocations_total{outcome="unhealthy_device"} 3)",
                           R"(rxlease_allocations_total{outcome="several_nics"} 4)",
                           R"(rxlease_allocations_total{outcome="failed"} 5)",
                           R"(rxlease_kubelet_registrations_total{outcome="succeeded"} 6)",
                           R"(rxlease_kubelet_registrations_total{outcome="failed"} 7)",
                           R"(rxlease_reconciliations_total{what="record_removed"} 8)",
                           R"(rxlease_reconciliations_total{what="lease_file_removed"} 9)",
                           R"(rxlease_reconciliations_total{what="steering_removed"} 5)",
                           R"(rxlease_reconciliations_total{what="foreign_lease_reclaimed"} 10)"}) {
    EXPECT_THAT(text, HasSubstr(line + std::string("\n")));
  }
}

TEST_F(MetricsTest, CountAttachmentsWithoutMistakingThemForLeases) {
  pools::Snapshot snapshot;
  snapshot.attachments.resize(1);
  snapshot.attachments[0].pod_name = "web-0";
  snapshot.attachments[0].devices = {{"nic0-rx7", 1}};
  metrics_.update(snapshot);
  EXPECT_THAT(metrics_.scrape(), HasSubstr("rxlease_attachments 1\n"));
  EXPECT_THAT(metrics_.scrape(), Not(HasSubstr("web-0")));
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
