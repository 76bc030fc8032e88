// SPDX-License-Identifier: Apache-2.0
//
// What check says of NICs that no simulated one can stand for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deviceplugin/ctl/check/check_nics.h"
#include "kernel/netlink/links.h"
#include "tests/unit/deviceplugin/scripted_ethtool.h"

namespace rxlease::deviceplugin::ctl {
namespace {

using testing::HasSubstr;
using testing::Not;

// A kernel that tells of one link.
class ScriptedLink final : public kernel::Transport {
 public:
  kernel::Link told;

  std::vector<kernel::Message> exchange(const kernel::Request&) override {
    return {{RTM_NEWLINK, kernel::encode(told)}};
  }
};

// NIC nic0 of four queues, of which 2 and 3 are a pool's.
class CheckNics : public testing::Test {
 protected:
  CheckNics() {
    pool.name = "rxq";
    pool.selectors.interfaces = {"eth0"};
    pool.queues.ids = {2, 3};
    nic.details.nic = {"nic0", "eth0", 7};
    nic.details.driver = "mlx5_core";
    nic.details.rx_queues = 4;
    nic.up = nic.carrier = true;
  }

  std::string check(bool kernel_leases = true) {
    config::Config config;
    config.pools = {pool};
    pools::PoolState state;
    state.name = pool.name;
    for (const auto queue : pool.queues.ids) {
      state.devices.emplace_back();
      state.devices.back().id = {"nic0", queue};
    }
    Findings findings;
    pools::Snapshot snapshot{{state}, {nic}, {}, {}};
    check_nics(config, snapshot, {link, ethtool, kernel_leases}, findings);
    return findings.to_text();
  }

  void rss_over(std::initializer_list<std::uint32_t> queues) {
    ethtool.rss = kernel::Rss{{7}, 0, kernel::Rss::spread(queues, queues.size())};
  }

  config::Pool pool;
  nic::NicState nic;
  tests::ScriptedEthtool ethtool;
  ScriptedLink link;
};

TEST_F(CheckNics, MissRssThatKeepsOffThePoolsQueues) {
  rss_over({0, 1, 2, 0, 1, 2});
  EXPECT_THAT(check(),
              HasSubstr("missing  pool rxq, nic0: RSS spreads others' flows over [2] of the pool's "
                        "queues; ethtool -X eth0 equal 2, or let the daemon do it: rxlease-device-plugin; or "
                        "set rss: keep\n"));
  rss_over({0, 1, 0, 1});
  EXPECT_THAT(check(),
              HasSubstr("ok       pool rxq, nic0: RSS spreads flows over none of the pool's queues\n"));
}

TEST_F(CheckNics, DoNotMindRssThatThePoolKeeps) {
  rss_over({0, 1, 2, 3});
  pool.rss = config::Rss::keep;
  EXPECT_THAT(check(), HasSubstr("ok       pool rxq, nic0: RSS is left as it is (rss: keep)\n"));
}

TEST_F(CheckNics, WarnOfFlowRulesThatAreOff) {
  kernel::Features features;
  features.hw.bits = {{"rx-gro-hw", true}, {"rx-ntuple-filter", true}};
  features.active.nomask = true;
  features.active.bits = {{"rx-gro-hw", false}};
  ethtool.features = features;
  EXPECT_THAT(check(),
              HasSubstr("warning  pool rxq, nic0: flow rules (ntuple) are off, so none brings a pod's "
                        "flows to its queues; ethtool -K eth0 ntuple on\n"));
  ethtool.features->active.bits.push_back({"rx-ntuple-filter", false});
  EXPECT_THAT(check(), HasSubstr("ok       pool rxq, nic0: flow rules (ntuple) can bring"));
  ethtool.features->active.bits.clear();
  ethtool.features->hw.bits[1].value = false;
  EXPECT_THAT(check(), HasSubstr("warning  pool rxq, nic0: the driver has no flow rules (ntuple)"));
}

TEST_F(CheckNics, WarnOfADriverThatTellsNothing) {
  const auto text = check();
  EXPECT_THAT(text, HasSubstr("warning  pool rxq, nic0: the driver does not report its channels"));
  EXPECT_THAT(text,
              HasSubstr("warning  pool rxq, nic0: the driver does not report whether it splits headers"));
  EXPECT_THAT(text, HasSubstr("warning  pool rxq, nic0: the driver does not report how RSS spreads flows"));
}

TEST_F(CheckNics, MissQueuesOfThePoolThatAreBoundWithoutALease) {
  nic.queues[2].af_xdp = true;
  EXPECT_THAT(check(),
              HasSubstr("missing  pool rxq, nic0: queue 2 of eth0 is bound to AF_XDP without a lease, so "
                        "no pod gets it; end the host's program that has it: `ss --xdp` lists them; "));
  nic.queues[2].lease = kernel::Lease{12, {1}, 3};
  nic.queues[3].memory_provider = true;
  const auto text = check();
  EXPECT_THAT(text, Not(HasSubstr("queue 2 of eth0 is bound"))) << "a pod's";
  EXPECT_THAT(text, HasSubstr("missing  pool rxq, nic0: queue 3 of eth0 is bound to io_uring or devmem"));
}

TEST_F(CheckNics, DoNotMindQueuesThatTheHostsProgramsBind) {
  nic.queues[0].af_xdp = true;
  nic.queues[1].memory_provider = true;
  EXPECT_THAT(check(), Not(HasSubstr("is bound to")));
}

TEST_F(CheckNics, MissMemoryProvidersWhereThereIsAnXdpProgram) {
  link.told.xdp = kernel::XdpAttrs{std::uint8_t{1}};
  EXPECT_THAT(
      check(),
      HasSubstr("missing  pool rxq, nic0: eth0 has an XDP program, so io_uring and devmem "
                "will fail; ip link set eth0 xdp off; if that says that the device is busy, find the "
                "program's link by bpftool link list, and take it off by bpftool link detach id ID\n"));
  link.told.xdp->attached = 0;
  EXPECT_THAT(check(), HasSubstr("ok       pool rxq, nic0: eth0 has no XDP program, which would keep off"));
}

TEST_F(CheckNics, WarnOfAnAfXdpPoolWithoutAnXdpProgram) {
  pool.use = config::PoolUse::af_xdp;
  EXPECT_THAT(check(), HasSubstr("warning  pool rxq, nic0: eth0 has no XDP program, which AF_XDP needs; "
                                 "start the daemon, which attaches one: rxlease-device-plugin\n"));
  link.told.xdp = kernel::XdpAttrs{std::uint8_t{1}};
  EXPECT_THAT(check(), HasSubstr("ok       pool rxq, nic0: eth0 has an XDP program, which AF_XDP needs\n"));
}

TEST_F(CheckNics, WarnOfAnMtuThatMayNotFitIntoAnAfXdpBuffer) {
  link.told.mtu = 9000;
  EXPECT_THAT(check(), Not(HasSubstr("MTU")));
  pool.use = config::PoolUse::af_xdp;
  EXPECT_THAT(check(), HasSubstr("warning  pool rxq, nic0: the MTU of eth0 is 9000, so a packet may not fit "
                                 "into an AF_XDP buffer; ip link set eth0 mtu 1500, or use larger buffers"));
  link.told.mtu = 1500;
  EXPECT_THAT(check(), HasSubstr("ok       pool rxq, nic0: the MTU of eth0 is 1500: every packet fits"));
}

TEST_F(CheckNics, CountReceiveChannelsWithTheCombinedOnes) {
  ethtool.channels = kernel::Channels{{7}, 2, 8, 1, 3};
  pool.channels = 4;
  EXPECT_THAT(check(), HasSubstr("ok       pool rxq, nic0: 4 channels receive, of at most 10\n"));
}

TEST_F(CheckNics, BlameNoNicForAKernelThatCannotLease) {
  nic.cannot_lease = "this kernel has no queue-create";
  EXPECT_THAT(check(), HasSubstr("missing  pool rxq, nic0: eth0 cannot lease queues: "));
  EXPECT_THAT(check(/*kernel_leases=*/false), Not(HasSubstr("lease")));
}

}  // namespace
}  // namespace rxlease::deviceplugin::ctl
