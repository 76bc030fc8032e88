// SPDX-License-Identifier: Apache-2.0
#include "attachment/addressing/forwarding.h"

#include <gmock/gmock.h>
#include <linux/rtnetlink.h>

#include "tests/scripted/attachment/acts.h"

namespace rxlease::attachment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A host whose NIC enp1s0 has a default route; `protocol` says who made it.
class Forwarding : public Acts {
 protected:
  void add_default_route(std::uint8_t protocol) {
    kernel::Link link;
    link.ifname = "enp1s0";
    link.ifinfo.ifi_index = 2;
    host.links["enp1s0"] = link;
    kernel::RouteAttrs route;
    route.route.rtm_family = AF_INET6;
    route.route.rtm_type = RTN_UNICAST;
    route.route.rtm_protocol = protocol;
    route.oif = 2;
    host.routes = {route};
  }

  tests::FakeNamespace& host = machine.host_netns;
  const std::string accept_ra = "net/ipv6/conf/enp1s0/accept_ra";
  const std::string forwarding = "net/ipv6/conf/all/forwarding";
};

TEST_F(Forwarding, KeepsADefaultRouteThatARouterAdvertises) {
  add_default_route(RTPROT_RA);
  host.sysctls = {{forwarding, "0"}, {accept_ra, "1"}};
  forward_ipv6(host);
  EXPECT_THAT(steps(), ElementsAre("host getroute", "host getlink", "host sysctl " + accept_ra,
                                   "host sysctl " + forwarding));
  EXPECT_EQ(host.sysctls[accept_ra], "2");
}

TEST_F(Forwarding, LeavesLinksAloneThatLearnNothingFromRouters) {
  for (const auto& [protocol, setting] : {std::pair{RTPROT_STATIC, "1"}, std::pair{RTPROT_RA, "0"}}) {
    add_default_route(static_cast<std::uint8_t>(protocol));
    host.sysctls = {{forwarding, "0"}, {accept_ra, setting}};
    forward_ipv6(host);
    EXPECT_EQ(host.sysctls[accept_ra], setting);
    EXPECT_EQ(host.sysctls[forwarding], "1");
  }
}

TEST_F(Forwarding, ChangesNothingOnAHostThatForwards) {
  add_default_route(RTPROT_RA);
  host.sysctls = {{forwarding, "1"}, {accept_ra, "1"}};
  forward_ipv6(host);
  EXPECT_THAT(steps(), IsEmpty());
}

}  // namespace
}  // namespace rxlease::attachment
