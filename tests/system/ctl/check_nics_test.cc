// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "deviceplugin/prepare/plan/journal.h"
#include "kernel/boot_id.h"
#include "kernel/ethtool/ethtool.h"
#include "kernel/files.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/nsids.h"
#include "tests/system/ctl/ctl.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/nic/channels.h"
#include "tests/system/fixture/nic/representors.h"
#include "tests/system/fixture/sockets/xdp_socket.h"

namespace rxlease::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CheckNics : public Ctl {
 protected:
  // What check says of the pool's NIC, each line whole.
  std::string at() const { return "  pool rxq, " + nic.port_name() + ": "; }
  std::string ok(const std::string& what) const { return "ok     " + at() + what; }
  std::string warning(const std::string& what) const { return "warning" + at() + what; }
  std::string missing(const std::string& what) const { return "missing" + at() + what; }

  void expect_missing(const std::string& what, const std::string& remedy) const {
    const auto finished = check();
    EXPECT_EQ(finished.status, 1);
    EXPECT_THAT(finished.output, AllOf(HasSubstr(missing(what)), HasSubstr("; " + remedy)));
  }

  void pool_of(const std::string& members) const {
    configure("{ name: rxq, selectors: { parents: [" + nic.parent() + "] }, " + members + " }");
  }
};

TEST_F(CheckNics, FindsWhatAPoolNeeds) {
  EXPECT_THAT(check().output,
              AllOf(HasSubstr(ok(nic.ifname() + " (netdevsim) can lease queues\n")),
                    HasSubstr(ok("the link of " + nic.ifname() + " is up\n")),
                    HasSubstr(ok(nic.ifname() + " has no XDP program, which would keep off")),
                    HasSubstr(ok(nic.ifname() + " has 8 receive queues, of which [6-7] are the pool's\n")),
                    HasSubstr(ok("8 channels receive, of at most 8\n")),
                    HasSubstr(ok("header split is on for packets of every size\n")),
                    HasSubstr(warning("the driver has no flow rules (ntuple) to bring")),
                    HasSubstr(warning("the driver does not report how RSS spreads flows; "))));
}

TEST_F(CheckNics, MissesANicForThePool) {
  configure("{ name: rxq, selectors: { interfaces: [none0] }, queues: { count: 1 } }");
  const auto finished = check();
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output, HasSubstr("missing  pool rxq: no NIC of this node matches its selectors; "));
}

TEST_F(CheckNics, MissesAQueueOfTheHostsThatSomebodyHasLeased) {
  const auto subject = "NIC " + nic.port_name() + ": ";
  EXPECT_THAT(check().output, HasSubstr("ok       " + subject + "no queue of it has a foreign lease\n"));
  const auto netkit = kernel::Links(pod.netns().route()).newlink(netkit_single("other0", 1)).ifindex();
  const auto host_id = kernel::NsIds(pod.netns().route()).ensure_nsid(host().fd());
  netdev_of(pod.netns()).queue_create(netkit, {nic.ifindex(), {2}, host_id});
  const auto finished = check();
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output, AllOf(HasSubstr("missing  " + subject + nic.device_id(2) +
                                               ", a queue of the host's, is leased by "),
                                     HasSubstr("; delete that netkit, or set foreignLeases: reclaim\n")));
}

// A simulated NIC that was down once has no carrier ever after.
TEST_F(CheckNics, MissesALinkThatIsUpAndHasACarrier) {
  nic.set_up(false);
  expect_missing("the link of " + nic.ifname() + " is down", "ip link set " + nic.ifname() + " up\n");
  nic.set_up(true);
  expect_missing("the link of " + nic.ifname() + " has no carrier", "check cable");
  nic.unplug();
}

TEST_F(CheckNics, MissesQueuesThatThePoolWants) {
  set_channels(nic.ifname(), 7);
  expect_missing(nic.ifname() + " has 7 receive queues, and the pool wants [6-7]",
                 "ethtool -L " + nic.ifname() + " combined 8, ");
  set_channels(nic.ifname(), 8);
  EXPECT_EQ(check().status, 0);
}

TEST_F(CheckNics, WarnsOfACountThatTheNicCannotGive) {
  pool_of("queues: { count: 16 }");
  EXPECT_THAT(check().output,
              HasSubstr(warning(nic.ifname() + " has 8 receive queues, so the pool gets 7 instead")));
}

TEST_F(CheckNics, MissesChannelsThatThePoolSets) {
  pool_of("queues: { ids: [6] }, channels: 7");
  expect_missing("8 channels receive, of at most 8, and the pool wants 7",
                 "ethtool -L " + nic.ifname() + " combined 7 ");
  set_channels(nic.ifname(), 7);
  EXPECT_THAT(check().output, HasSubstr(ok("7 channels receive, of at most 8\n")));
  set_channels(nic.ifname(), 8);
}

TEST_F(CheckNics, MissesHeaderSplitOfEveryPacket) {
  const auto ethtool = kernel::Ethtool::open(host().generic());
  ASSERT_TRUE(ethtool);
  kernel::Rings rings;
  rings.dev.dev_index = nic.ifindex();
  rings.hds_thresh = 100;
  ethtool->rings_set(rings);
  expect_missing("headers are split from 100 bytes on (hds-thresh)",
                 "ethtool -G " + nic.ifname() + " hds-thresh 0");
  rings.hds_thresh = 0;
  rings.tcp_data_split = kernel::TcpDataSplit::disabled;
  ethtool->rings_set(rings);
  expect_missing("header split (tcp-data-split) is off",
                 "ethtool -G " + nic.ifname() + " tcp-data-split on hds-thresh 0");
  pool_of("queues: { ids: [6, 7] }, headerSplit: false");
  EXPECT_EQ(check().status, 0);
  rings.tcp_data_split = kernel::TcpDataSplit::enabled;
  ethtool->rings_set(rings);
  configure(usual_pool());
  EXPECT_THAT(check().output, HasSubstr(ok("header split is on")));
}

TEST_F(CheckNics, MissesAQueueThatIsBoundWithoutALease) {
  {
    const XdpSocket of_the_host(nic.ifindex(), 1);
    EXPECT_EQ(check().status, 0);
    const XdpSocket of_the_pool(nic.ifindex(), 7);
    expect_missing("queue 7 of " + nic.ifname() + " is bound to AF_XDP without a lease, so no pod gets it",
                   "end the host's program that has it");
  }
  EXPECT_TRUE(eventually([&] { return check().status == 0; }));
}

TEST_F(CheckNics, WarnsOfPacketsThatMayNotFitIntoAnAfXdpBuffer) {
  const auto set_mtu = [&](std::uint32_t mtu) {
    kernel::Link link;
    link.ifinfo.ifi_index = static_cast<int>(nic.ifindex());
    link.mtu = mtu;
    kernel::Links(host().route()).setlink(link);
  };
  pool_of("queues: { ids: [6] }, use: afxdp");
  EXPECT_THAT(check().output, HasSubstr(ok("the MTU of " + nic.ifname() + " is 1500: every packet fits")));
  set_mtu(9000);
  EXPECT_THAT(check().output,
              AllOf(HasSubstr(warning("the MTU of " + nic.ifname() + " is 9000, so a packet may not fit")),
                    HasSubstr(warning(nic.ifname() + " has no XDP program, which AF_XDP needs"))));
  set_mtu(1500);
}

TEST_F(CheckNics, LeavesRssAloneWhereThePoolDoes) {
  pool_of("queues: { ids: [6, 7] }, rss: keep");
  EXPECT_THAT(check().output, HasSubstr(ok("RSS is left as it is (rss: keep)\n")));
}

TEST_F(CheckNics, DoesNotMindQueuesThatAreLeased) {
  ASSERT_TRUE(succeeded(runtime.add(named_pod(), leasing({6, 7}))));
  const auto finished = check();
  EXPECT_EQ(finished.status, 0) << finished.output;
}

TEST_F(CheckNics, TellsWhatTheDaemonHasMadeOfANic) {
  const deviceplugin::prepare::NicJournals journals(node / "kept/nics");
  deviceplugin::prepare::NicJournal journal{{kernel::boot_id(), nic.ifindex()}, {}, {}, {}};
  journal.original.channels = 4;
  journal.set.channels = 8;
  journals.save(nic.port_name(), journal);
  EXPECT_THAT(check().output, HasSubstr("ok       NIC " + nic.port_name() +
                                        ": it was prepared by the daemon: channels 4 to 8\n"));
  journal.pending.hds_thresh = 0;
  journals.save(nic.port_name(), journal);
  EXPECT_THAT(check().output,
              HasSubstr("warning  NIC " + nic.port_name() +
                        ": its preparation or reset was interrupted; start rxlease-device-plugin, "));
  kernel::replace_file(journals.path_of(nic.port_name()), "{", 0600);
  const auto finished = check();
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output, HasSubstr("missing  NIC " + nic.port_name() + ": " +
                                         journals.path_of(nic.port_name()) + " does not say which"));
}

class Anyone : public Ctl {
 public:
  void TestBody() override {}
  using Ctl::check;
  using Ctl::configure;
  using Ctl::show;
};

// Its representor is a NIC whose driver has no queue management.
TEST(CheckOtherNics, MissesQueueManagement) {
  const SimulatedNic switched(4);
  const auto representor = add_representor(switched);
  const Anyone person;
  person.configure("{ name: rxq, selectors: { interfaces: [" + representor.ifname +
                   "] }, queues: { count: 1 } }");
  const auto finished = person.check();
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output,
              AllOf(HasSubstr(representor.ifname + " cannot lease queues: "), HasSubstr("queue management")));
  EXPECT_THAT(person.show({"nics"}), HasSubstr("no: "));
}

TEST(CheckOtherNics, NamesTheSlavesOfABond) {
  const SimulatedNic slave(4);
  slave.set_up(false);
  const auto make = "ip link add ctlbond type bond && ip link set " + slave.ifname() + " master ctlbond";
  ASSERT_EQ(std::system(make.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
  const Anyone person;
  person.configure("{ name: rxq, selectors: { interfaces: [ctlbond] }, queues: { count: 1 } }");
  const auto finished = person.check();
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output,
              HasSubstr("missing  pool rxq: interface ctlbond is a bond, which has no queues to lease; "
                        "name its slaves instead: " +
                        slave.ifname() + "\n"));
  ASSERT_EQ(std::system("ip link del ctlbond"), 0);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace
}  // namespace rxlease::tests
