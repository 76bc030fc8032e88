// SPDX-License-Identifier: Apache-2.0
#include "attachment/verify.h"

#include <gmock/gmock.h>

#include "attachment/netkit.h"
#include "attachment/nic/steer.h"
#include "tests/flow_match.h"
#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A pair without queues, up: this machine's kernel shows no leases.
class Verify : public Acts {
 protected:
  Verify() {
    record.devices.clear();
    const auto device = make_netkit({}, record, machine.host_netns, machine.pod_netns);
    record.host_ifindex = device.host->ifindex();
    record.interface_ifindex = device.pod.ifindex();
    pods_end().set_up();
  }

  std::vector<std::string> deviations() {
    return find_deviations(machine, machine.pod_netns, record, expectation);
  }
  kernel::Link& pods_end() { return machine.pod_netns.links.at("eth0"); }

  Expectation expectation;
};

TEST_F(Verify, FindsNothingWhereAllIsAsItWasMade) {
  EXPECT_THAT(deviations(), IsEmpty());
}

TEST_F(Verify, FindsALinkThatIsGone) {
  machine.pod_netns.links.clear();
  EXPECT_THAT(deviations(), ElementsAre("interface eth0 is gone"));
}

TEST_F(Verify, FindsAHostsEndThatIsGone) {
  machine.host_netns.links.clear();
  EXPECT_THAT(deviations(), ElementsAre("the host's interface rxl0 is gone"));
}

TEST_F(Verify, FindsALinkThatIsDownOrNoNetkit) {
  pods_end().ifinfo.ifi_flags = 0;
  EXPECT_THAT(deviations(), ElementsAre("interface eth0 is down"));
  pods_end().linkinfo.reset();
  EXPECT_THAT(deviations(), ElementsAre("interface eth0 is no netkit", "interface eth0 is down"));
}

TEST_F(Verify, FindsAnotherMac) {
  EXPECT_THAT(deviations(), IsEmpty()) << "none is expected";
  expectation.mac = "02:00:00:00:00:07";
  EXPECT_THAT(deviations(), ElementsAre("interface eth0 has MAC none, not 02:00:00:00:00:07"));
}

TEST_F(Verify, FindsAnAddressOfASingleThatIsMissing) {
  record.pairing = kernel::NetkitPairing::single;
  expectation.addressing = plan_single({{*kernel::IpPrefix::parse("10.22.0.5/24"), std::nullopt}}, {});
  EXPECT_THAT(deviations(), ElementsAre("address 10.22.0.5/24 on eth0 is gone"));
}

// The plugin vrf puts the link into a VRF: the kernel replaces the routes to gateway and subnet by its own.
TEST_F(Verify, TakesOtherRoutesToTheSamePlaceInAVrf) {
  const auto subnet = *kernel::IpPrefix::parse("10.22.0.0/24");
  kernel::RouteAttrs of_kernel;
  of_kernel.route.rtm_family = AF_INET;
  of_kernel.route.rtm_type = RTN_UNICAST;
  of_kernel.route.rtm_dst_len = 24;
  of_kernel.dst = subnet.address.bytes();
  of_kernel.oif = record.interface_ifindex;
  of_kernel.table = 1;
  machine.pod_netns.routes = {of_kernel};
  expectation.addressing = plan_addressing(
      {{*kernel::IpPrefix::parse("10.22.0.5/24"), kernel::IpAddress::parse("10.22.0.1")}}, {});
  expectation.addressing.pod_addresses.clear();
  expectation.addressing.host_addresses.clear();
  expectation.addressing.host_routes.clear();
  EXPECT_THAT(deviations(), ElementsAre("route 10.22.0.1/32 on eth0 is gone",
                                        "route 10.22.0.0/24 via 10.22.0.1 on eth0 is gone"));
  pods_end().master = 99;
  EXPECT_THAT(deviations(), IsEmpty());
}

TEST_F(Verify, FindsADeviceThatIsNotLeasedOrHasNoNic) {
  record.devices = {{{"nic0", 6}, 1}, {{"nic9", 7}, 2}};
  EXPECT_THAT(deviations(), ElementsAre("device nic0-rx6 is not leased to interface eth0",
                                        "device nic9-rx7: its NIC is gone"));
}

TEST_F(Verify, FindsAddressesAndRoutesThatAreMissing) {
  expectation.addressing = plan_addressing({{*kernel::IpPrefix::parse("10.22.0.5/32"), std::nullopt}}, {});
  EXPECT_THAT(deviations(),
              ElementsAre("address 10.22.0.5/32 on eth0 is gone", "route 10.22.0.5/32 on rxl0 is gone"));
}

TEST_F(Verify, FindsFlowRulesAndContextsThatAreGone) {
  record.devices = {{{"nic0", 6}, 1}, {{"nic0", 7}, 2}};
  site.store().create(record);
  steer(site, nic, {tests::to_host(kernel::Protocol::tcp, "10.22.0.5", {5201, 0xffff})}, record);
  EXPECT_THAT(deviations(), testing::Not(Contains(HasSubstr("flow rule"))));
  auto& driver = machine.host_netns.nic;
  driver.rules.clear();
  driver.contexts.erase(1);
  EXPECT_THAT(deviations(),
              Contains("flow rule tcp4 dst-ip 10.22.0.5 dst-port 5201 to RSS context 1 on enp1s0 is gone"));
  EXPECT_THAT(deviations(), Contains(HasSubstr("RSS context 1 on enp1s0 is gone")));
  record.steering->ifindex = 99;
  EXPECT_THAT(deviations(), Contains("NIC nic0 is gone with its rules"));
}

}  // namespace
}  // namespace rxlease::attachment
