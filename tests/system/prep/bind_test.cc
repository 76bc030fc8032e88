// SPDX-License-Identifier: Apache-2.0
//
// A NIC that leases is not yet one to whose queues memory can be bound.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/system/prep/prep_node.h"

namespace rxlease::tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* refusal =
    "its NIC leases queues, but no memory can be bound to them, as io_uring and devmem do: zero-copy "
    "receive: "
    "Operation not supported";
constexpr const char* works = "memory can be bound to its queues, as was tried with queue 4";
constexpr const char* io_uring_disabled = "kernel/io_uring_disabled";
constexpr std::uint8_t page_pool_get = 5;  // netdev.yaml, operations

// netdev.yaml, attribute-set "page-pool"
struct PagePool {
  std::optional<kernel::Bytes> detach_time;  // present: waits for its memory to come back
  std::optional<kernel::Bytes> io_uring;     // present: of an io_uring's memory

  static constexpr auto attributes() {
    return std::tuple{kernel::Attribute{6, &PagePool::detach_time},
                      kernel::Attribute{8, &PagePool::io_uring}};
  }
};

class Binding : public PrepNode {
 protected:
  ~Binding() override { host().set_sysctl(io_uring_disabled, "0"); }

  // What is left of a trial, in words.
  std::vector<std::string> left() const {
    std::vector<std::string> left;
    const auto netdev = netdev_of(host());
    for (const auto& queue : netdev.queue_get_dump(simnic.ifindex())) {
      const auto name = "queue " + std::to_string(queue.id.value_or(0));
      if (queue.lease && !is_parked(*queue.lease)) left.push_back(name + " is leased");
      if (queue.io_uring) left.push_back(name + " is bound");
    }
    const auto pools = kernel::call_family(host().generic(), netdev.family(),
                                           {"page-pool-get", page_pool_get, NLM_F_DUMP, {}});
    for (const auto& message : pools) {
      const auto pool = kernel::decode_genl<PagePool>(message);
      if (pool.io_uring) left.push_back("a page pool has its memory");
      if (pool.detach_time) left.push_back("a page pool waits for memory");
    }
    for (const auto& link : kernel::Links(host().route()).getlink_dump()) {
      if (link.ifname == "rxlprobe") left.push_back("a netkit");
    }
    return left;
  }

  std::size_t times(const std::string& line) const {
    const auto text = log();
    std::size_t count = 0;
    for (auto at = text.find(line); at != std::string::npos; at = text.find(line, at + 1)) ++count;
    return count;
  }
};

TEST_F(Binding, IsTriedOnceAndLeavesNothing) {
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_TRUE(logs({"NIC simnic.0.p1", works}));
  EXPECT_TRUE(eventually([&] { return left().empty(); }));
  EXPECT_THAT(left(), IsEmpty());
  end(SIGKILL);
  daemon.emplace(node / "config.yaml", node / "log");
  watch_again(2);
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_EQ(times(works), 1U) << "the next daemon knows";
  simnic.replug();
  configure_pool();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_TRUE(eventually([&] { return times(works) == 2; }, patience)) << "the NIC may be another";
}

// As bnxt_en has it with older firmware.
TEST_F(Binding, ThatADriverRefusesMakesTheQueuesUseless) {
  simnic.set("lacks/restarts", "Y");
  start();
  EXPECT_TRUE(watch->shows(devices("Unhealthy")));
  EXPECT_TRUE(logs({"pool rxq: simnic.0.p1-rx[4-5] is unhealthy: ", refusal}));
  EXPECT_THAT(left(), IsEmpty());
  simnic.set("lacks/restarts", "N");
  kill(daemon->pid(), SIGHUP);
  EXPECT_TRUE(watch->shows(devices("Healthy"))) << "its queues are parked by then";
  EXPECT_TRUE(logs({works}));
}

TEST_F(Binding, ThatCannotBeTriedSaysNothingAboutTheNic) {
  host().set_sysctl(io_uring_disabled, "2");
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_TRUE(logs({"NIC simnic.0.p1", "whether memory can be bound to its queues could not be tried: ",
                    "io_uring_setup: Operation not permitted"}));
  host().set_sysctl(io_uring_disabled, "0");
  simnic.set("fail/memory", "12");
  kill(daemon->pid(), SIGHUP);
  EXPECT_TRUE(logs({"could not be tried: zero-copy receive: Cannot allocate memory"}));
  simnic.set("fail/memory", "0");
  kill(daemon->pid(), SIGHUP);
  EXPECT_TRUE(logs({works}));
  EXPECT_THAT(log(), Not(HasSubstr("is unhealthy: its NIC leases")));
  EXPECT_THAT(left(), IsEmpty());
}

// RSS may bring packets of others there.
TEST_F(Binding, IsNotTriedOnAQueueThatReceives) {
  configure_pool("queues: { ids: [4, 5] }, channels: 6, rss: keep");
  start();
  EXPECT_TRUE(watch->shows(devices("Healthy")));
  EXPECT_THAT(log(), Not(HasSubstr("bound")));
}

}  // namespace
}  // namespace rxlease::tests
