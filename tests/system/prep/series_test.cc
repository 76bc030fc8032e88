// SPDX-License-Identifier: Apache-2.0
//
// The series that tests/monitoring tests the alert rules and the dashboard with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <sstream>

#include "kernel/files.h"
#include "kernel/netlink/nsids.h"
#include "tests/system/fixture/sockets/xdp_socket.h"
#include "tests/system/prep/prep_node.h"

namespace rxlease::tests {
namespace {

// A node with three NICs: one where a pod has a queue, one where others have taken queues, one that is down.
class Series : public PrepNode {
 protected:
  static std::string pool_of(const std::string& name, const std::string& selector, const std::string& ids) {
    return "{ name: " + name + ", selectors: { " + selector + " }, queues: { ids: " + ids + " } }";
  }

  void lease_by_hand(std::uint32_t queue) {
    const auto ifindex = kernel::Links(pod.netns().route()).newlink(netkit_single("by-hand", 1)).ifindex();
    const auto host_id = kernel::NsIds(pod.netns().route()).ensure_nsid(host().fd());
    netdev_of(pod.netns()).queue_create(ifindex, {nic->ifindex(), {queue}, host_id});
  }

  // kubelet's Allocate, then the runtime's ADD, of a queue of the NIC that can be prepared.
  void attach_web() {
    const std::vector<std::string> devices{simnic.device_id(5)};
    v1beta1::AllocateResponse response;
    ASSERT_TRUE(allocate_ids(*plugin(), devices, response).ok());
    kubelet->allocate("shop", "web-0", devices);
    auto conf = network({});
    conf["devices"] = devices;
    ASSERT_TRUE(succeeded(runtime.add(named(pod), conf)));
  }

  std::string queues_of_taken(const std::string& state) const {
    return R"(rxlease_queues{health="unhealthy",nic=")" + nic_name + R"(",pool="taken",state=")" + state +
           "\"} 1";
  }

  // With the names of NICs and the version that the file has.
  std::string in_the_words_of_the_file(std::string text) const {
    const auto replace_all = [&text](const std::string& what, const std::string& by) {
      for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
      }
    };
    replace_all(simnic.name(), "0000:0a:00.0.p0");
    replace_all(nic_name, "0000:0b:00.0.p0");
    replace_all(idle.port_name(), "0000:0c:00.0.p0");
    replace_all(RXLEASE_VERSION, "1.2.3");
    return text;
  }

  SimulatedNic idle{2};
};

// Without the values, and without the lines that explain a metric.
std::set<std::string> series_in(const std::string& text) {
  std::set<std::string> series;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && !line.starts_with('#')) series.insert(line.substr(0, line.rfind(' ')));
  }
  return series;
}

TEST_F(Series, AreThoseThatTheRulesAreTestedWith) {
  configure({pool_of("rxq", "interfaces: [" + simnic.ifname() + "]", "[4, 5]"),
             pool_of("taken", "parents: [" + nic->parent() + "]", "[5-7]"),
             pool_of("idle", "parents: [" + idle.parent() + "]", "[1]")},
            "rescanSeconds: 1\nguard: off\n");
  idle.set_up(false);
  const XdpSocket socket(nic->ifindex(), 6);
  start();
  attach_web();
  lease_by_hand(7);
  ASSERT_TRUE(counts(queues_of_taken("foreign_lease")));
  ASSERT_TRUE(counts(queues_of_taken("af_xdp")));
  ASSERT_TRUE(counts("rxlease_cni_add_duration_seconds_count 1"));
  const auto text = in_the_words_of_the_file(metrics());
  if (const char* results = std::getenv("RXLEASE_RESULTS")) {
    kernel::replace_file(std::string(results) + "/series.txt", text, 0644);
  }
  const char* root = std::getenv("RXLEASE_ROOT");
  ASSERT_NE(root, nullptr) << "it names the directory of the sources";
  const auto file = kernel::read_file(std::string(root) + "/tests/monitoring/series.txt");
  EXPECT_THAT(series_in(text), testing::ContainerEq(series_in(file.value_or(""))))
      << "if that is how the metrics shall be: copy series.txt of the suite's results to tests/monitoring";
}

}  // namespace
}  // namespace rxlease::tests
