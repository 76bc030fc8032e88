// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/scripted/kubelet/fake_kubelet.h"
#include "tests/system/afxdp/container.h"
#include "tests/system/afxdp/udp_asker.h"
#include "tests/system/afxdp/wired_nic.h"
#include "tests/system/daemon/daemon_process.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/plugin/answers.h"
#include "tests/system/fixture/plugin/runtime.h"
#include "tests/system/fixture/pod.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::tests {

// A node with a NIC that does AF_XDP, the daemon for a pool "afxdp" of its queues 5, 6 and 7, kubelet, and
// two pods that get a second interface, rxq0. Packets for UDP port 700N come through queue N.
class AfxdpNode : public testing::Test {
 protected:
  AfxdpNode();
  ~AfxdpNode() override;  // shows the daemon's log when the test failed

  // Writes the configuration. `pools`: in YAML, a line each; `more`: whole lines.
  void configure(const std::vector<std::string>& pools, const std::string& more = {});
  std::string pool(const std::string& name, const std::string& ids, const std::string& use) const;

  // Starts the daemon; returns when kubelet has the list of the pool's devices.
  void start(const std::string& name = "afxdp");
  void kill_and_restart();

  // What a pod is given: kubelet's Allocate, then the runtime's ADD of rxq0.
  // `members` are added to the network.
  Container give(Pod& to, const std::vector<std::uint32_t>& queues,
                 const nlohmann::json& members = nlohmann::json::object());
  v1beta1::ContainerAllocateResponse allocate(const std::vector<std::uint32_t>& queues) const;
  void attach(const Pod& to, const std::vector<std::uint32_t>& queues,
              const nlohmann::json& members = nlohmann::json::object()) const;
  // DEL of rxq0, with `members` added to the network.
  Answer detach(const Pod& from, const std::vector<std::uint32_t>& queues,
                const nlohmann::json& members = nlohmann::json::object()) const;

  // Starts an echo in the container on the queue, for so many packets, and waits until it listens.
  ChildProcess echo(const Container& container, std::uint32_t queue, std::uint32_t packets,
                    const std::vector<std::string>& more = {}) const;

  // The folder of a queue, as the container sees it and as the host does.
  std::string folder(std::uint32_t queue) const { return "/run/rxlease/" + nic->device_id(queue); }
  std::string host_folder(std::uint32_t queue) const {
    return runtime.state_directory() + "/devices/" + nic->device_id(queue);
  }

  DeviceWatch::Health health(const std::string& all) const;
  std::string log() const;
  // Waits until the log has the text, so many times.
  testing::AssertionResult logs(const std::string& text, int times = 1) const;

  static constexpr const char* bpf_directory = "/sys/fs/bpf/rxlease-afxdp-test";

  ScratchDirectory node;
  Runtime runtime;
  Pod client;
  std::optional<WiredNic> nic;
  Pod pod, other;
  std::optional<FakeKubelet> kubelet;
  std::optional<DaemonProcess> daemon;
  std::optional<DeviceWatch> watch;

 private:
  nlohmann::json network(const std::vector<std::uint32_t>& queues, const nlohmann::json& members) const;
  std::map<std::string, std::size_t> starts_;  // by pool
};

}  // namespace rxlease::tests
