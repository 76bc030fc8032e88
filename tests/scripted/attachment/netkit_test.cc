// SPDX-License-Identifier: Apache-2.0
#include "attachment/netkit.h"

#include <gmock/gmock.h>

#include <cerrno>

#include "kernel/error.h"
#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class MakeNetkit : public Acts {
 protected:
  NetkitDevice make() {
    record.pairing = spec.pairing;
    return make_netkit(spec, record, machine.host_netns, machine.pod_netns);
  }

  NetkitSpec spec;
};

TEST_F(MakeNetkit, OfAPairHasAnEndInTheHostAndOneInThePod) {
  spec.mtu = 9000;
  const auto device = make();
  EXPECT_THAT(steps(), ElementsAre("host newlink", "host setlink", "pod getlink", "pod setlink"));
  ASSERT_TRUE(device.host);
  EXPECT_EQ(device.host->ifname, "rxl0");
  EXPECT_EQ(device.pod.ifname, "eth0");
  EXPECT_EQ(machine.pod_netns.links.at("eth0").mtu, 9000U);
}

TEST_F(MakeNetkit, HasRoomForItsLeasesAndNoMore) {
  make();
  EXPECT_EQ(machine.pod_netns.links.at("eth0").num_rx_queues, 3U);
  EXPECT_FALSE(machine.host_netns.links.at("rxl0").num_rx_queues);
}

TEST_F(MakeNetkit, OfASingleIsInThePodOnly) {
  spec.pairing = kernel::NetkitPairing::single;
  const auto device = make();
  EXPECT_THAT(steps(), ElementsAre("pod newlink"));
  EXPECT_FALSE(device.host);
  EXPECT_EQ(machine.pod_netns.links.at("eth0").num_rx_queues, 3U);
}

TEST_F(MakeNetkit, OfAnL2PairLeavesTheHostsLinkLocalAddressToTheKernel) {
  spec.mode = kernel::NetkitMode::l2;
  spec.mac = kernel::MacAddress::parse("02:00:00:00:00:07");
  make();
  EXPECT_THAT(steps(), ElementsAre("host newlink", "pod getlink", "pod setlink"));
  EXPECT_EQ(machine.pod_netns.links.at("eth0").address, spec.mac->bytes());
}

TEST_F(MakeNetkit, IsUnsupportedByAKernelWithoutNetkit) {
  machine.journal.on_step = [](const std::string& step) {
    throw kernel::KernelError(step, EOPNOTSUPP, "Unknown device type");
  };
  const auto error = error_of([&] { make(); });
  EXPECT_EQ(error.fault(), Fault::unsupported);
  EXPECT_EQ(error.part(), Part::netkit);
  EXPECT_THAT(error.remedy(), HasSubstr("CONFIG_NETKIT"));
}

TEST_F(MakeNetkit, LeavesEveryOtherErrorToTheKernelsWords) {
  fail_at("host newlink", EEXIST);
  EXPECT_THROW(make(), kernel::KernelError);
}

TEST(HostInterfaceName, IsOfOneInterfaceOfOneContainer) {
  const auto name = host_interface_name("c1", "eth0");
  EXPECT_EQ(name.size(), 15U);
  EXPECT_EQ(name, host_interface_name("c1", "eth0"));
  EXPECT_NE(name, host_interface_name("c1", "eth1"));
  EXPECT_NE(name, host_interface_name("c2", "eth0"));
}

}  // namespace
}  // namespace rxlease::attachment
