// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/check_foreign_leases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rxlease::deviceplugin::ctl {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A pool rxq that selects the NIC nic0 (eth0), which is up and whose queue 2 it has.
class CheckForeignLeases : public testing::Test {
 protected:
  CheckForeignLeases() {
    config::Pool pool;
    pool.name = "rxq";
    pool.selectors.interfaces = {"eth0"};
    config.pools = {pool};
    snapshot.pools.resize(1);
    snapshot.pools[0].name = "rxq";
    snapshot.pools[0].devices = {queue(2, pools::Occupancy::free)};
    snapshot.host_queues = {queue(1, pools::Occupancy::free)};
    snapshot.nics.resize(2);
    snapshot.nics[0].details.nic = {"nic0", "eth0", 7};
    snapshot.nics[0].up = true;
    snapshot.nics[1].details.nic = {"nic1", "eth1", 8};  // which no pool selects
    snapshot.nics[1].up = true;
  }

  static pools::DeviceState queue(std::uint32_t id, pools::Occupancy occupancy) {
    pools::DeviceState state;
    state.id = {"nic0", id};
    state.ifname = "eth0";
    state.occupancy = occupancy;
    state.holder =
        "leased by ifindex 5 in the host's network namespace, which no attachment of rxlease explains";
    return state;
  }

  std::string check() const {
    Findings findings;
    check_foreign_leases(config, snapshot, findings);
    return findings.to_text();
  }

  config::Config config;
  pools::Snapshot snapshot;
};

TEST_F(CheckForeignLeases, FindNoneOnEachNicThatAPoolSelects) {
  EXPECT_EQ(check(), "ok       NIC nic0: no queue of it has a foreign lease\n1 ok, 0 warning, 0 missing\n");
}

TEST_F(CheckForeignLeases, MissAQueueOfTheHostsThatSomebodyHasLeased) {
  snapshot.host_queues = {queue(1, pools::Occupancy::foreign)};
  EXPECT_THAT(check(),
              AllOf(HasSubstr("missing  NIC nic0: nic0-rx1, a queue of the host's, is leased by ifindex 5"),
                    HasSubstr("; delete that netkit, or set foreignLeases: reclaim\n"),
                    Not(HasSubstr("no queue of it"))));
}

TEST_F(CheckForeignLeases, MissAQueueOfAPool) {
  snapshot.pools[0].devices = {queue(2, pools::Occupancy::foreign)};
  EXPECT_THAT(check(), HasSubstr("missing  NIC nic0: nic0-rx2, a queue of pool rxq, is leased by ifindex 5"));
}

TEST_F(CheckForeignLeases, SayNothingOfANicThatIsDownWhoseLeasesTheKernelHides) {
  snapshot.host_queues = {queue(1, pools::Occupancy::foreign)};
  snapshot.nics[0].up = false;
  EXPECT_THAT(check(), Not(HasSubstr("foreign")));
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
