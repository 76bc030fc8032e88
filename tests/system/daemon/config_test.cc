// SPDX-License-Identifier: Apache-2.0
//
// Changes of the configuration while the daemon runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {
namespace {

class ConfigurationChange : public DaemonNode {
 protected:
  static constexpr const char* hour = "rescanSeconds: 3600\n";

  bool serves(const std::string& name) const {
    return std::filesystem::exists(node / ("kubelet/device-plugins/rxlease-" + name + ".sock"));
  }

  // The first pool is as it was: the same stream, registered once, with its lease.
  void expect_untouched() {
    EXPECT_TRUE(watch->shows(all_healthy()));
    const auto requests = kubelet->registrations();
    EXPECT_EQ(std::count_if(requests.begin(), requests.end(),
                            [](const auto& request) { return request.endpoint() == "rxlease-rxq.sock"; }),
              1);
    EXPECT_EQ(nic->leases().size(), 1U);
    EXPECT_TRUE(
        counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="leased"} 1)"));
  }

  SimulatedNic second{4};
};

TEST_F(ConfigurationChange, AddsAndRemovesAPoolBesideAnAllocation) {
  const auto first = pool("rxq", nic->parent(), "[5-7]");
  configure({first}, hour);
  start();
  allocate_and_add({7});
  configure({first, pool("other", second.parent(), "[3]")}, hour);
  ASSERT_TRUE(eventually([&] { return kubelet->registrations().size() == 2; }, std::chrono::seconds(20)));
  EXPECT_EQ(kubelet->registrations()[1].resource_name(), "rxlease.dev/other");
  const auto other = plugin("other");
  DeviceWatch added(*other);
  EXPECT_TRUE(added.shows({{second.device_id(3), "Healthy"}}));
  expect_untouched();
  configure({first}, hour);
  EXPECT_TRUE(added.has_ended());
  EXPECT_TRUE(eventually([&] { return !serves("other"); }, std::chrono::seconds(20)));
  expect_untouched();
}

TEST_F(ConfigurationChange, GivesAPoolMoreAndFewerQueues) {
  configure({pool("rxq", nic->parent(), "[5-7]")}, hour);
  start();
  allocate_and_add({7});
  configure({pool("rxq", nic->parent(), "[4-7]")}, hour);
  auto more = all_healthy();
  more[nic->device_id(4)] = "Healthy";
  EXPECT_TRUE(watch->shows(more));
  configure({pool("rxq", nic->parent(), "[5-7]")}, hour);
  expect_untouched();
}

TEST_F(ConfigurationChange, ThatCannotBeUsedChangesNothing) {
  const auto first = pool("rxq", nic->parent(), "[5-7]");
  configure({first}, hour);
  start();
  allocate_and_add({7});
  configure({first, pool("other", second.parent(), "[3]")}, "rescanSecond: 5\n");
  EXPECT_TRUE(logs({"config.yaml", "rescanSecond", "stays in force"}));
  expect_untouched();
  EXPECT_FALSE(serves("other"));
}

TEST_F(ConfigurationChange, WithOneBadPoolAddsTheGoodOne) {
  configure({pool("rxq", nic->parent(), "[5-7]")}, hour);
  start();
  allocate_and_add({7});
  configure({pool("rxq", nic->parent(), "[5-7]"), pool("bad", second.parent(), "[0]"),
             pool("good", second.parent(), "[3]")},
            hour);
  EXPECT_TRUE(eventually([&] { return serves("good"); }, std::chrono::seconds(20)));
  EXPECT_TRUE(logs({"config.yaml", "left out"}));
  EXPECT_FALSE(serves("bad"));
  expect_untouched();
}

TEST_F(ConfigurationChange, IntoAFifoHangsNothing) {
  configure({pool("rxq", nic->parent(), "[5-7]")}, hour);
  start();
  allocate_and_add({7});
  ASSERT_EQ(mkfifo((node / "fifo").c_str(), 0600), 0);
  std::filesystem::rename(node / "fifo", node / "config.yaml");
  EXPECT_TRUE(logs({"config.yaml", "no regular file", "stays in force"}));
  expect_untouched();
  std::filesystem::remove(node / "config.yaml");
  configure({pool("rxq", nic->parent(), "[5-7]"), pool("other", second.parent(), "[3]")}, hour);
  EXPECT_TRUE(eventually([&] { return serves("other"); }, std::chrono::seconds(20)));
  EXPECT_EQ(daemon->end(SIGTERM).status, 0);
}

// As an editor does that writes in place, and as the kubelet does with a ConfigMap.
TEST_F(ConfigurationChange, IsSeenHoweverTheFileChanges) {
  const auto read = [&] {
    std::ifstream file(node / "config.yaml");
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  configure({pool("rxq", nic->parent(), "[5-7]")}, hour);
  const auto three = read();
  configure({pool("rxq", nic->parent(), "[5-6]")}, hour);
  const auto two = read();
  start();
  auto health_of_two = all_healthy();
  health_of_two.erase(nic->device_id(7));
  ASSERT_TRUE(watch->shows(health_of_two));
  std::ofstream(node / "config.yaml") << three;
  EXPECT_TRUE(watch->shows(all_healthy()));

  watch.reset();
  daemon->end(SIGTERM);
  std::filesystem::create_directories(node / "map/..one");
  std::filesystem::create_directories(node / "map/..two");
  std::ofstream(node / "map/..one/config.yaml") << three;
  std::ofstream(node / "map/..two/config.yaml") << two;
  std::filesystem::create_symlink("..one", node / "map/..data");
  std::filesystem::create_symlink("..data/config.yaml", node / "map/config.yaml");
  daemon.emplace(node / "map/config.yaml", node / "log");
  watch_again(2);
  EXPECT_TRUE(watch->shows(all_healthy()));
  std::filesystem::create_symlink("..two", node / "map/..data_tmp");
  std::filesystem::rename(node / "map/..data_tmp", node / "map/..data");
  EXPECT_TRUE(watch->shows(health_of_two));
}

}  // namespace
}  // namespace rxlease::tests
