// SPDX-License-Identifier: Apache-2.0
//
// How much the daemon logs, and in which form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/system/daemon/daemon_node.h"
#include "tests/system/daemon/wires.h"

namespace rxlease::tests {
namespace {

class LogOfTheDaemon : public DaemonNode {
 protected:
  using DaemonNode::DaemonNode;

  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    std::istringstream text(log());
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
};

TEST_F(LogOfTheDaemon, HasItsFormatForWhatEndsIt) {
  configure({pool("rxq", nic->parent(), "[5-7]")},
            "log: { format: json }\nrescanSecond: 1\nforeignLeases: kill\n");
  daemon.emplace(node / "config.yaml", node / "log");
  ASSERT_TRUE(eventually([&] { return lines().size() == 2; }));
  for (const auto& line : lines()) {
    const auto object = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(object.is_object()) << line;
    EXPECT_EQ(object["level"], "critical");
  }
  EXPECT_TRUE(logs({"config.yaml", "rescanSecond"}));
  EXPECT_TRUE(logs({"config.yaml", "kill"}));
  EXPECT_EQ(daemon->end(0).status, 1);
}

TEST_F(LogOfTheDaemon, TellsWhichChangesNeedARestart) {
  start();
  configure({pool("rxq", nic->parent(), "[5-6]")},
            "metrics: { address: \"127.0.0.1:9809\" }\nbpfDirectory: /sys/fs/bpf/other\n");
  EXPECT_TRUE(
      logs({"metrics.address: the value before the change stays in force until the daemon is restarted"}));
  EXPECT_TRUE(logs({"bpfDirectory: the value before the change"}));
  EXPECT_TRUE(watch->shows({{nic->device_id(5), "Healthy"}, {nic->device_id(6), "Healthy"}}));
  EXPECT_EQ(http_get(port, "/healthz").status, 200);
}

class LogOfAWideNic : public LogOfTheDaemon {
 protected:
  LogOfAWideNic() : LogOfTheDaemon(std::make_unique<SimulatedNic>(64)) {
    configure({pool("rxq", nic->parent(), "[1-63]")}, "rescanSeconds: 3600\n");
  }

  Health all(const std::string& health) const {
    Health list;
    for (std::uint32_t queue = 1; queue < 64; ++queue) list[nic->device_id(queue)] = health;
    return list;
  }
};

TEST_F(LogOfAWideNic, HasALineForEachFlap) {
  SimulatedNic peer(8);
  plug_wire(*nic, peer);
  start();
  ASSERT_TRUE(watch->shows(all("Healthy")));
  const auto before = lines().size();
  for (int flap = 0; flap < 10; ++flap) {
    nic->set_up(false);
    ASSERT_TRUE(watch->shows(all("Unhealthy")));
    nic->set_up(true);
    ASSERT_TRUE(watch->shows(all("Healthy")));
  }
  EXPECT_TRUE(logs({"pool rxq: " + nic->port_name() + "-rx[1-63] is unhealthy: its NIC is down"}));
  // A NIC that comes up may be without a carrier for a moment, so a flap is three lines at most.
  EXPECT_LE(lines().size() - before, 30U);
}

}  // namespace
}  // namespace rxlease::tests
