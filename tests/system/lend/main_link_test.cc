// SPDX-License-Identifier: Apache-2.0
//
// The pod's main link does not notice what the daemon lends and takes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "kernel/netlink/netns.h"
#include "tests/system/fixture/sampled_rounds.h"
#include "tests/system/fixture/sockets/traffic.h"
#include "tests/system/lend/lending_node.h"

namespace rxlease::tests {
namespace {

// The packets that an interface of the namespace has passed, and those that it has dropped.
struct Traffic {
  std::uint64_t passed = 0;
  std::uint64_t dropped = 0;
};

Traffic traffic_of(const std::string& interface, const kernel::NetNs& netns) {
  const kernel::InsideNetNs inside(netns);
  std::ifstream table("/proc/thread-self/net/dev");
  for (std::string line; std::getline(table, line);) {
    const auto name = line.find_first_not_of(' ');
    const auto colon = line.find(':');
    if (colon == std::string::npos || line.substr(name, colon - name) != interface) continue;
    std::istringstream words(line.substr(colon + 1));
    std::vector<std::uint64_t> numbers{std::istream_iterator<std::uint64_t>(words), {}};
    // Of both directions: bytes, packets, errors, drops and four more.
    return {numbers.at(1) + numbers.at(9), numbers.at(2) + numbers.at(3) + numbers.at(10) + numbers.at(11)};
  }
  throw std::runtime_error("there is no " + interface);
}

TEST_F(Lending, AndTakingBackAgainAndAgainLosesNoPacketOfTheMainLink) {
  const auto rounds = repetitions(100, 20);
  start_with_pod();
  const auto here = kernel::NetNs::current();
  const auto there = kernel::NetNs::open(pod.path());
  const auto main_link = [&] {
    const auto outside = traffic_of(runtime.records().front().host_interface, here);
    const auto inside = traffic_of("rxq0", *there);
    return Traffic{outside.passed + inside.passed, outside.dropped + inside.dropped};
  };
  const auto before = main_link();
  std::jthread stream([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) EXPECT_TRUE(tcp_echo(host(), pod.netns(), address, 200'000));
  });
  for (unsigned round = 0; round < rounds && !HasFailure(); ++round) {
    ask(one());
    EXPECT_TRUE(watch->shows(lent({5})));
    ask(back());
  }
  stream.request_stop();
  stream.join();
  const auto after = main_link();
  EXPECT_GT(after.passed - before.passed, rounds * 100);
  EXPECT_EQ(after.dropped, before.dropped);
  EXPECT_TRUE(watch->shows(all_healthy()));
  EXPECT_THAT(runtime.records(), testing::SizeIs(1));
}

}  // namespace
}  // namespace rxlease::tests
