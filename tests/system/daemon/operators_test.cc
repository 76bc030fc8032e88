// SPDX-License-Identifier: Apache-2.0
//
// What people and their tools can ask the daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/system/daemon/daemon_node.h"
#include "tests/system/daemon/wires.h"

namespace rxlease::tests {
namespace {

using testing::HasSubstr;

class Operators : public DaemonNode {
 protected:
  // A device's counter in the kernel.
  kernel::Qstats qstats(std::uint32_t queue) const {
    for (const auto& entry : netdev_of(host()).qstats_get_dump(nic->ifindex())) {
      if (entry.queue_type == kernel::QueueType::rx && entry.queue_id == queue) return entry;
    }
    return {};
  }

  // Of a queue's counters. The pool has the queues 5 to 7.
  std::string labels(std::uint32_t queue, const std::string& name = "web-0") const {
    return R"({device=")" + nic->device_id(queue) + R"(",interface="rxq0",namespace="shop",nic=")" +
           nic_name + R"(",pod=")" + name + R"(",pool=")" + (queue < 5 ? "" : "rxq") + "\"} ";
  }
};

TEST_F(Operators, SeeTheQueuesByWhatTheyDo) {
  start();
  allocate_and_add({7});
  const auto queues = [&](const std::string& health, const std::string& state, int count) {
    return R"(rxlease_queues{health=")" + health + R"(",nic=")" + nic_name + R"(",pool="rxq",state=")" +
           state + "\"} " + std::to_string(count);
  };
  EXPECT_TRUE(counts(queues("healthy", "leased", 1)));
  EXPECT_TRUE(counts(queues("healthy", "free", 2)));
  EXPECT_TRUE(counts("rxlease_attachments 1"));
  nic->set_up(false);
  EXPECT_TRUE(counts(queues("unhealthy", "unknown", 3)));
}

TEST_F(Operators, SeeWhatKubeletAskedFor) {
  start();
  v1beta1::AllocateResponse response;
  EXPECT_TRUE(allocate_ids(*plugin(), nic->device_ids({7}), response).ok());
  EXPECT_TRUE(allocate_ids(*plugin(), nic->device_ids({5, 6}), response).ok());
  EXPECT_FALSE(allocate_ids(*plugin(), {"nonsense"}, response).ok());
  EXPECT_TRUE(counts(R"(rxlease_allocations_total{outcome="succeeded"} 2)"));
  EXPECT_TRUE(counts(R"(rxlease_allocations_total{outcome="unknown_device"} 1)"));
  EXPECT_TRUE(counts(R"(rxlease_kubelet_registrations_total{outcome="succeeded"} 1)"));
  EXPECT_TRUE(counts(R"(rxlease_kubelet_registrations_total{outcome="failed"} 0)"));
}

// netdevsim counts at queue 0 only, which no pool has but a static configuration may lease.
TEST_F(Operators, SeeTheTrafficOfEachLeasedQueueAndItsPod) {
  SimulatedNic peer(8);
  plug_wire(*nic, peer);
  start();
  ASSERT_TRUE(succeeded(runtime.add(named(pod), network({0, 7}))));
  EXPECT_TRUE(counts("rxlease_queue_rx_packets_total" + labels(7) + "0"));
  const auto before = qstats(0).rx_packets.value_or(0);
  send_frames(peer, 200);
  ASSERT_TRUE(eventually([&] { return qstats(0).rx_packets.value_or(0) >= before + 200; }));
  EXPECT_TRUE(eventually([&] {
    const auto stats = qstats(0);
    const auto text = metrics();
    return text.find("rxlease_queue_rx_packets_total" + labels(0) + std::to_string(*stats.rx_packets) +
                     "\n") != std::string::npos &&
           text.find("rxlease_queue_rx_bytes_total" + labels(0) + std::to_string(*stats.rx_bytes) + "\n") !=
               std::string::npos;
  })) << metrics();
  EXPECT_THAT(metrics(), HasSubstr("# TYPE rxlease_queue_rx_drops_total counter"));
  ASSERT_TRUE(succeeded(runtime.del(named(pod), network({0, 7}))));
  EXPECT_TRUE(counts("rxlease_attachments 0"));
  EXPECT_THAT(metrics(), testing::Not(HasSubstr("web-0")));
}

// The plugin serves no metrics itself; that of before the daemon's start was counted by an earlier daemon.
TEST_F(Operators, SeeHowLongAddsAndAllocatesTook) {
  Pod early;
  ASSERT_TRUE(succeeded(runtime.add(named(early, "early"), network({5}))));
  start();
  EXPECT_TRUE(counts("rxlease_cni_add_duration_seconds_count 0"));
  allocate_and_add({7});
  EXPECT_TRUE(counts("rxlease_cni_add_duration_seconds_count 1"));
  EXPECT_TRUE(counts(R"(rxlease_cni_add_duration_seconds_bucket{le="60"} 1)"));
  EXPECT_TRUE(counts("rxlease_allocate_duration_seconds_count 1"));
  const attachment::AttachmentStore store(runtime.state_directory());
  const auto record = store.find(pod.attachment("rxq0").container_id, "rxq0");
  ASSERT_TRUE(record && record->add_duration);
  EXPECT_GT(*record->add_duration, std::chrono::microseconds(100))
      << "nobody asks the kernel for a netkit that fast";
  EXPECT_LT(*record->add_duration, std::chrono::minutes(1));
  ASSERT_TRUE(succeeded(runtime.del(named(early, "early"), network({5}))));
}

// A record that nobody has removed yet is no reason to count another pod's packets for it.
TEST_F(Operators, SeeAQueueUnderItsPresentPodOnly) {
  Pod later;
  start();
  allocate_and_add({7});
  pod.remove();
  ASSERT_TRUE(eventually([&] { return nic->leases().empty(); }));
  ASSERT_TRUE(succeeded(runtime.add(named(later, "web-1"), network({7}))));
  EXPECT_TRUE(counts("rxlease_queue_rx_packets_total" + labels(7, "web-1") + "0"));
  EXPECT_TRUE(counts("rxlease_attachments 2"));
  EXPECT_THAT(metrics(), testing::Not(HasSubstr(R"(pod="web-0")")));
}

TEST_F(Operators, AskWhetherItLivesAndIsReady) {
  kubelet->refuse(true);
  daemon.emplace(node / "config.yaml", node / "log");
  ASSERT_TRUE(eventually([] { return http_get(port, "/healthz").status == 200; }));
  EXPECT_EQ(http_get(port, "/healthz").body, "ok\n");
  ASSERT_TRUE(eventually([] { return http_get(port, "/readyz").body != "starting\n"; }));
  EXPECT_EQ(http_get(port, "/readyz").status, 503);
  EXPECT_EQ(http_get(port, "/readyz").body, "not registered with kubelet\n");
  EXPECT_TRUE(logs({"kubelet did not take the registration", "not now"}));
  kubelet->refuse(false);
  EXPECT_TRUE(eventually([] { return http_get(port, "/readyz").status == 200; }, std::chrono::seconds(20)));
  EXPECT_EQ(http_get(port, "/readyz").body, "ok\n");
  kubelet.reset();
  EXPECT_TRUE(eventually([] { return http_get(port, "/readyz").status == 503; }, std::chrono::seconds(20)));
  EXPECT_EQ(http_get(port, "/healthz").status, 200);
  EXPECT_EQ(http_get(port, "/nonsense").status, 404);
  EXPECT_EQ(http_get(port, "/").status, 200);
  EXPECT_THAT(http_get(port, "/").body, HasSubstr("/metrics  "));
}

TEST_F(Operators, ReadALogOfJsonObjects) {
  configure({pool("rxq", nic->parent(), "[5-7]"), pool("none", "netdevsim99", "[1]")},
            "log: { format: json }\n");
  start();
  std::istringstream lines(log());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto object = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(object.is_object()) << line;
    EXPECT_TRUE(object.contains("time") && object.contains("level") && object.contains("msg")) << line;
  }
  EXPECT_GE(count, 3);
}

}  // namespace
}  // namespace rxlease::tests
