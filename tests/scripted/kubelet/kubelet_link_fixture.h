// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <cstddef>
#include <optional>
#include <string>

#include "deviceplugin/kubelet/kubelet_link.h"
#include "tests/patience.h"
#include "tests/scripted/kubelet/fake_kubelet.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::deviceplugin::kubelet {

// A pool of so many queues of a NIC of its own.
inline pools::PoolState pool(const std::string& name, std::size_t devices, bool healthy = true) {
  pools::PoolState state;
  state.name = name;
  state.resource = "rxlease.dev/" + name;
  for (std::size_t i = 1; i <= devices; ++i) {
    pools::DeviceState device;
    device.id = {"nic-" + name, static_cast<std::uint32_t>(i)};
    device.healthy = healthy;
    device.reason = healthy ? "" : "its NIC is down";
    device.numa_node = 0;
    state.devices.push_back(device);
  }
  return state;
}

// A pool "rxq" of three queues, and its link to a kubelet that a test starts.
class KubeletLinkTest : public testing::Test {
 protected:
  tests::ScratchDirectory scratch_;
  std::optional<tests::FakeKubelet> kubelet_;
  prometheus::Registry registry_;
  allocate::Allocator allocator_{scratch_ / "state", registry_};
  KubeletLink link_{scratch_.path(), allocator_, registry_};

  void SetUp() override { link_.publish({pool("rxq", 3)}); }
  auto plugin() { return kubelet_->plugin("rxlease-rxq.sock"); }

  // As the daemon: serves and registers, and waits for the registrations' ends. Whether nothing is to retry.
  bool connect() {
    link_.connect();
    while (link_.is_registering() && await_news()) link_.connect();
    return !link_.due() || link_.is_registered();
  }
  bool await_news() {
    pollfd news{link_.fd(), POLLIN, 0};
    const bool came = poll(&news, 1, 20'000 * tests::patience_factor()) == 1;
    link_.drain();
    return came;
  }
};

}  // namespace rxlease::deviceplugin::kubelet
