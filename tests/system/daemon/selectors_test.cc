// SPDX-License-Identifier: Apache-2.0
//
// Names that a selector can give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {
namespace {

class SelectorsOfNames : public DaemonNode {
 protected:
  void configure_interfaces(const std::string& patterns) {
    configure({"{ name: rxq, selectors: { interfaces: [" + patterns +
               "] }, queues: { ids: [5-7] }, rss: keep, headerSplit: false }"},
              "rescanSeconds: 3600\n");
  }
  static void ip(const std::string& arguments) {
    const auto command = "ip link " + arguments;
    ASSERT_EQ(std::system(command.c_str()), 0) << command;  // NOLINT(concurrency-mt-unsafe)
  }
};

TEST_F(SelectorsOfNames, MatchAnAlternativeNameAsSoonAsTheNicHasIt) {
  configure_interfaces("storage-of-rack-*");
  start();
  EXPECT_TRUE(watch->shows({}));
  ip("property add dev " + nic->ifname() + " altname storage-of-rack-seven");
  EXPECT_TRUE(watch->shows(all_healthy()));
  ip("property del dev " + nic->ifname() + " altname storage-of-rack-seven");
  EXPECT_TRUE(watch->shows({}));
}

TEST_F(SelectorsOfNames, OfABondAreToldToNameItsSlaves) {
  ip("add uplink type bond");
  nic->set_up(false);
  ip("set " + nic->ifname() + " master uplink");
  configure_interfaces("uplink");
  start();
  EXPECT_TRUE(watch->shows({}));
  EXPECT_TRUE(logs(
      {"pool rxq", "interface uplink is a bond, which has no queues to lease; name its slaves instead: " +
                       nic->ifname()}));
  configure_interfaces(nic->ifname());
  EXPECT_TRUE(eventually([&] { return watch->lists(1).back().devices_size() == 3; }, patience));
  ip("del uplink");
}

}  // namespace
}  // namespace rxlease::tests
