// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deviceplugin/allocate/metrics.h"
#include "deviceplugin/kubelet/metrics.h"
#include "deviceplugin/prepare/metrics.h"
#include "deviceplugin/reconcile/metrics.h"

namespace rxlease::deviceplugin::operate {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class MetricsTest : public testing::Test {
 protected:
  static pools::DeviceState device(const std::string& nic, std::uint32_t queue, pools::Occupancy occupancy,
                                   bool healthy = true) {
    pools::DeviceState state;
    state.id = {nic, queue};
    state.occupancy = occupancy;
    state.healthy = healthy;
    return state;
  }

  Metrics metrics_;
};

TEST_F(MetricsTest, CountQueuesByPoolNicStateAndHealth) {
  pools::Snapshot snapshot;
  snapshot.pools.resize(2);
  snapshot.pools[0].name = "rxq";
  snapshot.pools[0].devices = {
      device("nic0", 6, pools::Occupancy::free), device("nic0", 7, pools::Occupancy::free),
      device("nic1", 7, pools::Occupancy::leased), device("nic1", 6, pools::Occupancy::foreign, false)};
  snapshot.pools[1].name = "slow";
  snapshot.pools[1].devices = {device("nic2", 1, pools::Occupancy::unknown, false)};
  metrics_.update(snapshot);
  const auto text = metrics_.scrape();
  EXPECT_THAT(text, HasSubstr("# TYPE rxlease_queues gauge\n"));
  for (const auto* line :
       {R"(rxlease_queues{health="healthy",nic="nic0",pool="rxq",state="free"} 2)",
        R"(rxlease_queues{health="healthy",nic="nic1",pool="rxq",state="leased"} 1)",
        R"(rxlease_queues{health="unhealthy",nic="nic1",pool="rxq",state="foreign_lease"} 1)",
        R"(rxlease_queues{health="unhealthy",nic="nic2",pool="slow",state="unknown"} 1)"}) {
    EXPECT_THAT(text, HasSubstr(line + std::string("\n")));
  }
}

TEST_F(MetricsTest, CountForeignLeasesOfPoolsAndHostByNicAndPod) {
  pools::Snapshot snapshot;
  snapshot.pools.resize(1);
  snapshot.pools[0].name = "rxq";
  snapshot.pools[0].devices = {device("nic0", 6, pools::Occupancy::foreign, false),
                               device("nic0", 7, pools::Occupancy::leased)};
  snapshot.host_queues = {device("nic0", 1, pools::Occupancy::foreign, false),
                          device("nic0", 2, pools::Occupancy::foreign, false),
                          device("nic0", 3, pools::Occupancy::foreign, false),
                          device("nic0", 4, pools::Occupancy::af_xdp)};
  nic::NicState nic;
  nic.details.nic.name = "nic0";
  nic.queues[6].lease = kernel::Lease{4, {1}, 9};
  for (const std::uint32_t queue : {1U, 2U}) nic.queues[queue].lease = kernel::Lease{4, {1}, 5};
  nic.queues[3].lease = kernel::Lease{4, {1}, std::nullopt};
  snapshot.nics = {nic};
  snapshot.attachments.resize(1);
  snapshot.attachments[0].netns_cookie = 4711;
  snapshot.attachments[0].pod_namespace = "shop";
  snapshot.attachments[0].pod_name = "web-0";
  snapshot.namespaces.of_pods = {{4711, 5}};
  metrics_.update(snapshot);
  const auto text = metrics_.scrape();
  for (const auto* line : {R"(rxlease_foreign_leases{namespace="",nic="nic0",pod="",pool="rxq"} 1)",
                           R"(rxlease_foreign_leases{namespace="shop",nic="nic0",pod="web-0",pool=""} 2)",
                           R"(rxlease_foreign_leases{namespace="",nic="nic0",pod="",pool=""} 1)"}) {
    EXPECT_THAT(text, HasSubstr(line + std::string("\n")));
  }
}

TEST_F(MetricsTest, TellEachCounterByItsOutcome) {
  const allocate::AllocationMetrics allocations(metrics_.registry());
  allocations.succeeded.Increment(1);
  allocations.unknown_device.Increment(2);
  allocations.unhealthy_device.Increment(3);
  allocations.several_nics.Increment(4);
  allocations.failed.Increment(5);
  const kubelet::RegistrationMetrics registrations(metrics_.registry());
  registrations.succeeded.Increment(6);
  registrations.failed.Increment(7);
  const reconcile::ReconciliationMetrics reconciliations(metrics_.registry());
  reconciliations.records_removed.Increment(8);
  reconciliations.lease_files_removed.Increment(9);
  reconciliations.steerings_removed.Increment(5);
  reconciliations.foreign_leases_reclaimed.Increment(10);
  prepare::PreparationMetrics of_all_nics(metrics_.registry());
  of_all_nics.of("nic1");
  const auto preparations = of_all_nics.of("nic0");
  preparations.prepared.Increment(11);
  preparations.failed.Increment(12);
  preparations.restored.Increment(13);
  preparations.changed_by_others.Increment(14);
  preparations.repaired.Increment(15);
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
                           R"(rxlease_reconciliations_total{what="foreign_lease_reclaimed"} 10)",
                           R"(rxlease_nic_preparations_total{nic="nic0",what="prepared"} 11)",
                           R"(rxlease_nic_preparations_total{nic="nic0",what="failed"} 12)",
                           R"(rxlease_nic_preparations_total{nic="nic0",what="restored"} 13)",
                           R"(rxlease_nic_preparations_total{nic="nic0",what="changed_by_others"} 14)",
                           R"(rxlease_nic_preparations_total{nic="nic0",what="repaired"} 15)",
                           R"(rxlease_nic_preparations_total{nic="nic1",what="repaired"} 0)"}) {
    EXPECT_THAT(text, HasSubstr(line + std::string("\n")));
  }
}

// A query need not quote what has no space, and need not know how names are written.
TEST_F(MetricsTest, NameStatesWithoutSpacesAndCapitals) {
  pools::Snapshot snapshot;
  snapshot.pools.resize(1);
  snapshot.pools[0].name = "rxq";
  using pools::Occupancy;
  std::uint32_t queue = 0;
  for (const auto occupancy : {Occupancy::free, Occupancy::leased, Occupancy::foreign, Occupancy::af_xdp,
                               Occupancy::memory_provider, Occupancy::unknown}) {
    snapshot.pools[0].devices.push_back(device("nic0", ++queue, occupancy));
  }
  metrics_.update(snapshot);
  const auto text = metrics_.scrape();
  for (const auto* state : {"free", "leased", "foreign_lease", "af_xdp", "memory_provider", "unknown"}) {
    EXPECT_THAT(text, HasSubstr(R"(pool="rxq",state=")" + std::string(state) + "\"} 1\n"));
  }
}

TEST_F(MetricsTest, TellTheVersion) {
  EXPECT_THAT(metrics_.scrape(),
              ContainsRegex("\nrxlease_build_info\\{version=\"[0-9]+\\.[0-9]+[^\"]*\"\\} 1\n"));
}

// A rate needs the 0 before the first 1.
TEST_F(MetricsTest, HaveEachCounterBeforeItCounts) {
  const kubelet::RegistrationMetrics registrations(metrics_.registry());
  EXPECT_THAT(metrics_.scrape(),
              HasSubstr("# HELP rxlease_kubelet_registrations_total Registrations with kubelet by outcome.\n"
                        "# TYPE rxlease_kubelet_registrations_total counter\n"));
  EXPECT_THAT(metrics_.scrape(), HasSubstr("rxlease_kubelet_registrations_total{outcome=\"failed\"} 0\n"));
}

TEST_F(MetricsTest, CountAttachmentsWithoutMistakingThemForLeases) {
  pools::Snapshot snapshot;
  snapshot.attachments.resize(1);
  snapshot.attachments[0].pod_name = "web-0";
  snapshot.attachments[0].devices = {{kernel::DeviceId{"nic0", 7}, 1}};
  metrics_.update(snapshot);
  EXPECT_THAT(metrics_.scrape(), HasSubstr("rxlease_attachments 1\n"));
  EXPECT_THAT(metrics_.scrape(), Not(HasSubstr("web-0")));
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
