// SPDX-License-Identifier: Apache-2.0
//
// What kubelet is told of a node, and what its allocations come to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "kernel/files.h"
#include "tests/system/daemon/daemon_node.h"

namespace rxlease::tests {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;

class Daemon : public DaemonNode {
 protected:
  std::vector<Health> all_lists() {
    std::vector<Health> all;
    for (const auto& list : watch->lists(1)) {
      all.emplace_back();
      for (const auto& device : list.devices()) all.back()[device.id()] = device.health();
    }
    return all;
  }
};

TEST_F(Daemon, TellsTheWholeListFirst) {
  start();
  const auto lists = watch->lists(1);
  ASSERT_THAT(lists, testing::SizeIs(1));
  EXPECT_TRUE(watch->shows(all_healthy()));
  for (const auto& device : lists[0].devices()) EXPECT_FALSE(device.has_topology()) << device.id();
}

TEST_F(Daemon, RegistersEachPoolOnce) {
  configure({pool("rxq", nic->parent(), "[5-7]"), pool("low", nic->parent(), "[1-2]")});
  start();
  ASSERT_TRUE(eventually([&] { return kubelet->registrations().size() == 2; }));
  std::set<std::string> resources;
  for (const auto& request : kubelet->registrations()) resources.insert(request.resource_name());
  EXPECT_EQ(resources, (std::set<std::string>{"rxlease.dev/low", "rxlease.dev/rxq"}));
  watch_again(1, "low");
  EXPECT_TRUE(watch->shows({{nic->device_id(1), "Healthy"}, {nic->device_id(2), "Healthy"}}));
}

TEST_F(Daemon, SaysWhichQueuesOfANicThatIsNotThereItWouldHave) {
  configure({pool("rxq", "netdevsim99", "[5-7]")});
  start();
  EXPECT_TRUE(watch->shows({}));
  EXPECT_TRUE(logs({"pool rxq", "no NIC of this node matches"}));
}

TEST_F(Daemon, KeepsAnAllocatedQueueHealthyWhenThePodLeasesIt) {
  configure({pool("rxq", nic->parent(), "[5-7]")}, "rescanSeconds: 3600\n");
  start();
  allocate_and_add({7, 6});
  EXPECT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="leased"} 2)"));
  ASSERT_TRUE(succeeded(runtime.del(named(pod), network({7, 6}))));
  EXPECT_TRUE(
      counts(R"(rxlease_queues{health="healthy",nic=")" + nic_name + R"(",pool="rxq",state="free"} 3)"));
  EXPECT_THAT(all_lists(), Each(all_healthy()));
  EXPECT_THAT(log(), testing::Not(HasSubstr("unhealthy")));
}

TEST_F(Daemon, GivesTheContainerAPlaceWhereTheLeaseWillBe) {
  start();
  v1beta1::AllocateResponse response;
  ASSERT_TRUE(allocate_ids(*plugin(), nic->device_ids({7}), response).ok());
  const auto& container = response.container_responses(0);
  EXPECT_EQ(container.envs().at("RXLEASE_DEVICES_RXQ"), nic->device_id(7));
  ASSERT_EQ(container.mounts_size(), 1);
  ASSERT_TRUE(succeeded(runtime.add(named(pod), network({7}))));
  const auto lease = kernel::read_file(container.mounts(0).host_path() + "/lease.json");
  ASSERT_TRUE(lease);
  EXPECT_EQ(nlohmann::json::parse(*lease).at("queue"), 1);
}

// A directory in the place of its file is as good as a full disk.
TEST_F(Daemon, GoesOnWhenItCouldNotLook) {
  const auto file = runtime.state_directory() + "/pools.json";
  start();
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  configure({pool("rxq", nic->parent(), "[6-7]")});
  EXPECT_TRUE(logs({"could not scan", "pools.json"}));
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_EQ(http_get(port, "/healthz").status, 200);
  std::filesystem::remove(file);
  auto two = all_healthy();
  two.erase(nic->device_id(5));
  EXPECT_TRUE(watch->shows(two));
}

TEST_F(Daemon, RefusesAQueueThatIsNotHealthyNow) {
  start();
  nic->set_up(false);
  ASSERT_TRUE(watch->shows(all_unhealthy()));
  v1beta1::AllocateResponse response;
  const auto status = allocate_ids(*plugin(), nic->device_ids({7}), response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("its NIC is down"));
}

}  // namespace
}  // namespace rxlease::tests
