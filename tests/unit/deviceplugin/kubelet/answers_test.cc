// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/answers.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace rxlease::deviceplugin::kubelet
