// SPDX-License-Identifier: Apache-2.0
//
// The pod's main link does not notice what the daemon lends and takes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "kernel/netlink/netns.h"
#include "tests/system/fixture/sampled_rounds.h"
#include "tests/system/fixture/sockets/tcp_stream.h"
#include "tests/system/lend/lending_node.h"

namespace rxlease::tests {
namespace {

// The packets that an interface of the namespace has dropped.
std::uint64_t dropped_by(const std::string& interface, const kernel::NetNs& netns) {
  const kernel::InsideNetNs inside(netns);
  std::ifstream table("/proc/thread-self/net/dev");
  for (std::string line; std::getline(table, line);) {
    const auto name = line.find_first_not_of(' ');
    const auto colon = line.find(':');
    if (colon == std::string::npos || line.substr(name, colon - name) != interface) continue;
    std::istringstream words(line.substr(colon + 1));
    std::vector<std::uint64_t> numbers{std::istream_iterator<std::uint64_t>(words), {}};
    // Of both directions: bytes, packets, errors, drops and four more.
    return numbers.at(2) + numbers.at(3) + numbers.at(10) + numbers.at(11);
  }
  throw std::runtime_error("there is no " + interface);
}

class MainLink : public Lending {
 protected:
  // The queue is lent, and taken back, for kubelet and the kernel too.
  void lend_and_take_back() {
    ASSERT_EQ(ask(one()).leases.front().device.to_string(), nic->device_id(5));
    EXPECT_EQ(nic->leases().count(5), 1U);
    EXPECT_TRUE(watch->shows(lent({5})));
    v1beta1::AllocateResponse response;
    EXPECT_FALSE(allocate_ids(*plugin(), nic->device_ids({5}), response).ok()) << "kubelet may not have it";
    ASSERT_EQ(ask(back()).leases.size(), 1U);
    EXPECT_EQ(nic->leases().count(5), 0U);
  }

  // What both ends of the link have dropped.
  std::uint64_t dropped() {
    const auto host_end = runtime.records().front().host_interface;
    return dropped_by(host_end, kernel::NetNs::current()) +
           dropped_by("rxq0", *kernel::NetNs::open(pod.path()));
  }
};

// Compared with as many bytes while nothing is lent. Segments that were sent again are shown, too: on a busy
// machine acknowledgements come late, with and without lending.
TEST_F(MainLink, LosesNoSegmentWhileQueuesAreLentAndTakenBackAgainAndAgain) {
  const auto rounds = repetitions(100, 20);
  start_with_pod();
  const auto dropped_before = dropped();
  TcpStream beside(host(), pod.netns(), address);
  for (unsigned round = 0; round < rounds && !HasFailure(); ++round) lend_and_take_back();
  const auto bytes = beside.received();
  const auto lending = beside.finish();
  const auto dropped_after = dropped();
  TcpStream alone(host(), pod.netns(), address);
  EXPECT_TRUE(eventually([&] { return alone.received() >= bytes; }, rounds * patience));
  const auto without = alone.finish();
  std::cout << bytes / 1'000'000 << " MB while a queue was lent and taken back " << rounds
            << " times: " << lending.lost << " segments lost, " << lending.sent_again
            << " sent again; without: " << without.lost << " and " << without.sent_again << "\n";
  EXPECT_GT(bytes, rounds * 100'000U);
  EXPECT_LE(lending.lost, without.lost);
  EXPECT_EQ(dropped_after, dropped_before);
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_THAT(runtime.records(), testing::SizeIs(1));
}

}  // namespace
}  // namespace rxlease::tests
