// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/answers.h"

#include <gtest/gtest.h>

#include <set>

namespace rxlease::deviceplugin::kubelet {
namespace {

TEST(ToResponse, TellsHealthAndNumaNode) {
  pools::PoolState state;
  for (const char* text : {"a-rx6", "a-rx7", "b-rx7"}) {
    pools::DeviceState device;
    device.id = *kernel::DeviceId::parse(text);
    device.healthy = device.id.to_string() != "a-rx7";
    device.numa_node = text[0] == 'a' ? std::optional(1) : std::nullopt;
    state.devices.push_back(device);
  }
  const auto response = to_response(state);
  ASSERT_EQ(response.devices_size(), 3);
  EXPECT_EQ(response.devices(0).health(), "Healthy");
  EXPECT_EQ(response.devices(0).topology().nodes(0).id(), 1);
  EXPECT_EQ(response.devices(1).health(), "Unhealthy");
  EXPECT_FALSE(response.devices(2).has_topology());
  state.topology = false;
  EXPECT_FALSE(to_response(state).devices(0).has_topology());
}

TEST(PreferAll, PassesOverWhatNamesNoQueueOfThePoolAndWhatIsNamedTwice) {
  pools::PoolState state;
  for (const std::uint32_t queue : {6U, 7U}) state.devices.emplace_back().id = {"a", queue};
  v1beta1::PreferredAllocationRequest request;
  auto* container = request.add_container_requests();
  for (const auto* id : {"a-rx7", "nonsense", "b-rx6", "a-rx7", "a-rx6"})
    container->add_available_deviceids(id);
  for (const auto* id : {"a-rx7", "a-rx7", ""}) container->add_must_include_deviceids(id);
  container->set_allocation_size(3);
  const auto response = prefer_all(state, request);
  const auto& ids = response.container_responses(0).deviceids();
  EXPECT_EQ(std::vector(ids.begin(), ids.end()), (std::vector<std::string>{"a-rx7", "a-rx6"}));
}

// As a kubelet does that lost its checkpoint, for which everything is free.
TEST(PreferAll, ProposesNoQueueThatAPodHasWhileOthersAreFree) {
  using pools::Occupancy;
  pools::PoolState state;
  for (const std::uint32_t queue : {3U, 4U, 5U, 6U, 7U}) state.devices.emplace_back().id = {"a", queue};
  for (auto& device : state.devices) device.occupancy = Occupancy::free;
  state.devices[1].occupancy = Occupancy::leased;
  state.devices[2].is_leftover = true;
  state.devices[3].occupancy = Occupancy::leased;
  v1beta1::PreferredAllocationRequest request;
  auto* container = request.add_container_requests();
  for (const auto& device : state.devices) container->add_available_deviceids(device.id.to_string());
  container->set_allocation_size(2);
  const auto response = prefer_all(state, request);
  const auto& ids = response.container_responses(0).deviceids();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()), (std::set<std::string>{"a-rx3", "a-rx7"}));
}

}  // namespace
}  // namespace rxlease::deviceplugin::kubelet
