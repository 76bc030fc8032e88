// SPDX-License-Identifier: Apache-2.0
//
// Flows reach a pod through the queues that the daemon lends to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/system/fixture/child_process.h"
#include "tests/system/fixture/nic/steering_nic.h"
#include "tests/system/lend/lending_node.h"

namespace rxlease::tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class LendingFlows : public Lending {
 protected:
  explicit LendingFlows(const std::string& preparation = "rss: keep, headerSplit: false")
      : Lending(std::make_unique<SteeringNic>()) {
    configure({"{ name: rxq, selectors: { interfaces: [" + nic->ifname() + "] }, queues: { ids: [5-7] }, " +
               preparation + " }"},
              "rescanSeconds: 3600\n");
  }
  std::vector<std::string> rules() const { return static_cast<const SteeringNic&>(*nic).rules(); }
};

TEST_F(LendingFlows, BringsTheFlowsOfThePodsAddressesToTheLentQueue) {
  start_with_pod();
  auto question = one();
  question.steering = {"tcp/5201"};
  ask(question);
  const auto made = rules();
  ASSERT_THAT(made, testing::SizeIs(2));  // IPv4 and IPv6
  EXPECT_THAT(made, testing::Each(testing::AllOf(HasSubstr("dst-port 5201"), HasSubstr("to queue 5"))));
  EXPECT_THAT(refusal(question), testing::AllOf(HasSubstr("dst-port 5201 goes to queue 5"),
                                                HasSubstr("of shop/web-0"), HasSubstr("interface rxq1")));
  ask(back());
  EXPECT_THAT(rules(), IsEmpty());
}

// The NIC's other port belongs to a client.
class LendingZeroCopy : public LendingFlows {
 protected:
  LendingZeroCopy() : LendingFlows("rss: exclude, headerSplit: true") {
    const auto there = nic->ifname(2);
    run("ip link set " + there + " netns " + client.name());
    run("ip addr add 10.0.0.1/24 dev " + nic->ifname());
    run("ip link set " + nic->ifname() + " mtu 9000");
    run("ip -n " + client.name() + " addr add 10.0.0.2/24 dev " + there);
    run("ip -n " + client.name() + " link set " + there + " mtu 9000 up");
    run("ip -n " + client.name() + " route add default via 10.0.0.1");
    run("ethtool -K " + nic->ifname() + " ntuple on");
  }

  static void run(const std::string& command) {
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  }

  // A program of the build tree in a pod's namespace.
  static ChildProcess start_in(const Pod& where, const std::string& program,
                               const std::vector<std::string>& arguments) {
    ChildProcess::Options options;
    options.arguments = {"netns", "exec", where.name(),
                         std::string(std::getenv("RXLEASE_BUILD")) + "/bin/" + program};
    options.arguments.insert(options.arguments.end(), arguments.begin(), arguments.end());
    return {"/usr/sbin/ip", options};
  }

  Pod client;
};

TEST_F(LendingZeroCopy, ReceivesThroughTheLentQueue) {
  const std::string bytes = "2097152";
  start_with_pod({{"mtu", 9000}});
  EXPECT_TRUE(watch->shows(all_healthy()));
  auto question = one();
  question.steering = {"tcp/5201"};
  const auto answer = ask(question);
  const auto queue = std::to_string(answer.leases.front().queue);
  auto receiver = start_in(pod, "zerocopy_receive", {answer.interface, queue, "5201"});
  ASSERT_TRUE(
      eventually([&] { return receiver.output_so_far().find("listening") != std::string::npos; }, patience))
      << receiver.output_so_far();
  auto sender = start_in(client, "zerocopy_send", {address, "5201", bytes});
  EXPECT_EQ(sender.wait().status, 0);
  const auto received = receiver.wait();
  EXPECT_EQ(received.status, 0) << received.errors;
  EXPECT_THAT(received.output, HasSubstr("zero-copy " + bytes + " bytes, copied 0 bytes"));
  ask(back());
  EXPECT_TRUE(watch->shows(all_healthy()));
}

}  // namespace
}  // namespace rxlease::tests
