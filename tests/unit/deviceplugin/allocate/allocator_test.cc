// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/allocate/allocator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/files.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::allocate {
namespace {

using Kind = AllocationError::Kind;
using testing::HasSubstr;

pools::PoolState pool() {
  pools::PoolState state;
  state.name = "rx-q";
  for (const char* text : {"a-rx6", "a-rx7", "b-rx7"}) {
    pools::DeviceState device;
    device.id = *kernel::DeviceId::parse(text);
    device.healthy = true;
    state.devices.push_back(device);
  }
  state.devices[1].healthy = false;
  state.devices[1].reason = "its NIC is down";
  return state;
}

Kind refusal(const std::vector<std::string>& ids) {
  const tests::ScratchDirectory scratch;
  prometheus::Registry registry;
  try {
    Allocator(scratch.path(), registry).allocate(pool(), {ids});
  } catch (const AllocationError& error) {
    EXPECT_THAT(error.what(), HasSubstr(ids.back()));
    EXPECT_FALSE(std::filesystem::exists(scratch / "devices")) << "nothing may be made";
    return error.kind();
  }
  throw std::logic_error("allocated");
}

// kubelet names the devices in any order.
TEST(Allocator, GivesAVariableAndAFolderADeviceInTheOrderOfTheQueues) {
  const tests::ScratchDirectory scratch;
  prometheus::Registry registry;
  auto healthy = pool();
  healthy.devices[1].healthy = true;
  const auto allocation = Allocator(scratch.path(), registry).allocate(healthy, {{"a-rx7", "a-rx6"}}).at(0);
  EXPECT_EQ(allocation.variable, "RXLEASE_DEVICES_RX_Q");
  EXPECT_EQ(allocation.value, "a-rx6,a-rx7");
  ASSERT_EQ(allocation.mounts.size(), 2U);
  EXPECT_EQ(allocation.mounts[0].host_path, scratch / "devices/a-rx6");
  EXPECT_EQ(allocation.mounts[0].container_path, "/run/rxlease/a-rx6");
  EXPECT_TRUE(std::filesystem::is_directory(scratch / "devices/a-rx7"));
}

// Such a runtime writes a mount as "HOST:CONTAINER:ro".
TEST(Allocator, HasNoColonInThePathOfAMount) {
  const tests::ScratchDirectory scratch;
  prometheus::Registry registry;
  auto pci = pool();
  pci.use = config::PoolUse::af_xdp;
  pci.devices[0].id = *kernel::DeviceId::parse("0000:0a:00.0.p0-rx6");
  Allocator allocator(scratch.path(), registry, [](const auto&) { return "/bpf/0000=0a=00+0+p0/rx6"; });
  const auto allocation = allocator.allocate(pci, {{"0000:0a:00.0.p0-rx6"}}).at(0);
  EXPECT_EQ(allocation.value, "0000:0a:00.0.p0-rx6");
  std::vector<std::string> mounts;
  for (const auto& mount : allocation.mounts) mounts.push_back(mount.host_path + ":" + mount.container_path);
  const auto state = scratch.path().string();
  EXPECT_THAT(mounts,
              testing::ElementsAre(state + "/names:/run/rxlease",
                                   state + "/devices/0000_0a_00.0.p0-rx6:/run/rxlease/0000_0a_00.0.p0-rx6",
                                   "/bpf/0000=0a=00+0+p0/rx6:/run/rxlease/0000_0a_00.0.p0-rx6/xsks_map"));
}

// What the plugin writes is in the mounted folder, which the container finds by both names.
TEST(Allocator, KeepsTheFoldersNameWithColons) {
  const tests::ScratchDirectory scratch;
  prometheus::Registry registry;
  auto pci = pool();
  pci.devices[0].id = *kernel::DeviceId::parse("0000:0a:00.0.p0-rx6");
  Allocator allocator(scratch.path(), registry);
  for (int time = 0; time < 2; ++time) allocator.allocate(pci, {{"0000:0a:00.0.p0-rx6"}});
  kernel::create_file(scratch / "devices/0000:0a:00.0.p0-rx6/lease.json", "{}", 0644);
  EXPECT_TRUE(std::filesystem::exists(scratch / "devices/0000_0a_00.0.p0-rx6/lease.json"));
  EXPECT_TRUE(std::filesystem::is_directory(scratch / "names/0000_0a_00.0.p0-rx6"));
  EXPECT_EQ(std::filesystem::read_symlink(scratch / "names/0000:0a:00.0.p0-rx6"), "0000_0a_00.0.p0-rx6");
}

// A container may get devices of two pools, one of which has colons.
TEST(Allocator, HasAMountPointForEveryDevice) {
  const tests::ScratchDirectory scratch;
  prometheus::Registry registry;
  Allocator(scratch.path(), registry).allocate(pool(), {{"a-rx6"}});
  EXPECT_TRUE(std::filesystem::is_directory(scratch / "names/a-rx6"));
}

TEST(Allocator, MountsANewMapWithEachQueueOfAnAfXdpPool) {
  const tests::ScratchDirectory scratch;
  prometheus::Registry registry;
  auto af_xdp = pool();
  af_xdp.use = config::PoolUse::af_xdp;
  std::vector<std::string> renewed;
  Allocator allocator(scratch.path(), registry, [&](const kernel::DeviceId& device) {
    renewed.push_back(device.to_string());
    return "/bpf/" + device.to_string();
  });
  const auto allocation = allocator.allocate(af_xdp, {{"a-rx6"}}).at(0);
  EXPECT_THAT(renewed, testing::ElementsAre("a-rx6"));
  ASSERT_EQ(allocation.mounts.size(), 2U);
  EXPECT_EQ(allocation.mounts[1].host_path, "/bpf/a-rx6");
  EXPECT_EQ(allocation.mounts[1].container_path, "/run/rxlease/a-rx6/xsks_map");
  EXPECT_TRUE(std::filesystem::exists(scratch / "devices/a-rx6/xsks_map")) << "no mount point";
}

TEST(Allocator, RefusesAnIdThatThePoolHasNot) {
  EXPECT_EQ(refusal({"a-rx9"}), Kind::unknown_device);
  EXPECT_EQ(refusal({"a-rx6", "../../etc"}), Kind::unknown_device);
  EXPECT_EQ(refusal({""}), Kind::unknown_device);
}

TEST(Allocator, RefusesAQueueThatIsNotHealthy) {
  EXPECT_EQ(refusal({"a-rx7"}), Kind::unhealthy_device);
}

TEST(Allocator, RefusesQueuesOfTwoNics) {
  const tests::ScratchDirectory scratch;
  prometheus::Registry registry;
  EXPECT_THROW(Allocator(scratch.path(), registry).allocate(pool(), {{"a-rx6", "b-rx7"}}), AllocationError);
}

TEST(Allocator, AnswersEachContainerOfARequestAndCountsOnce) {
  const tests::ScratchDirectory scratch;
  prometheus::Registry registry;
  Allocator allocator(scratch.path(), registry);
  const auto allocations = allocator.allocate(pool(), {{"b-rx7"}, {}, {"a-rx6"}});
  ASSERT_EQ(allocations.size(), 3U);
  EXPECT_EQ(allocations[0].value, "b-rx7");
  EXPECT_EQ(allocations[1].value, "");
  EXPECT_EQ(allocations[2].value, "a-rx6");
  EXPECT_EQ(AllocationMetrics(registry).succeeded.Value(), 1);
}

TEST(Allocator, CountsRefusalsByTheirKind) {
  const tests::ScratchDirectory scratch;
  prometheus::Registry registry;
  Allocator allocator(scratch.path(), registry);
  for (const Allocator::Ids& bad : {Allocator::Ids{"a-rx9"}, {"a-rx7"}, {"a-rx6", "b-rx7"}}) {
    EXPECT_THROW(allocator.allocate(pool(), {{"a-rx6"}, bad}), AllocationError);
  }
  EXPECT_EQ(AllocationMetrics(registry).unknown_device.Value(), 1);
  EXPECT_EQ(AllocationMetrics(registry).unhealthy_device.Value(), 1);
  EXPECT_EQ(AllocationMetrics(registry).several_nics.Value(), 1);
  EXPECT_EQ(AllocationMetrics(registry).succeeded.Value(), 0);
}

TEST(Allocator, ObservesHowLongEachCallTakesHoweverItEnds) {
  const tests::ScratchDirectory scratch;
  prometheus::Registry registry;
  Allocator allocator(scratch.path(), registry);
  allocator.allocate(pool(), {{"a-rx6"}, {"b-rx7"}});
  EXPECT_THROW(allocator.allocate(pool(), {{"a-rx9"}}), AllocationError);
  const auto observed = AllocationMetrics(registry).seconds.Collect().histogram;
  EXPECT_EQ(observed.sample_count, 2U) << "calls, not containers";
  EXPECT_GT(observed.sample_sum, 0);
  EXPECT_LT(observed.sample_sum, 60) << "seconds, not milliseconds";
}

TEST(Allocator, CountsWhatWentWrongOnOurSide) {
  prometheus::Registry registry;
  Allocator allocator("/proc/no such directory", registry);
  EXPECT_THROW(allocator.allocate(pool(), {{"a-rx6"}}), std::exception);
  EXPECT_EQ(AllocationMetrics(registry).failed.Value(), 1);
}

}  // namespace
}  // namespace rxlease::deviceplugin::allocate
