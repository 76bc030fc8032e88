// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/scripted/kubelet/fake_kubelet.h"
#include "tests/system/daemon/daemon_process.h"
#include "tests/system/fixture/eventually.h"
#include "tests/system/fixture/host.h"
#include "tests/system/fixture/netkit.h"
#include "tests/system/fixture/nic/simulated_nic.h"
#include "tests/system/fixture/plugin/answers.h"
#include "tests/system/fixture/plugin/runtime.h"
#include "tests/system/fixture/pod.h"
#include "tests/unit/scratch_directory.h"

namespace rxlease::tests {

// A node with a NIC of 8 queues, a kubelet, the daemon for a pool "rxq" of the queues 5, 6 and 7, and a pod
// named shop/web-0.
class DaemonNode : public testing::Test {
 protected:
  using Health = DeviceWatch::Health;

  explicit DaemonNode(std::unique_ptr<SimulatedNic> its_nic = std::make_unique<SimulatedNic>(8));
  ~DaemonNode() override;  // shows the daemon's log when the test failed

  // Writes the configuration. `pools`: in YAML; `settings`: further lines.
  void configure(const std::vector<std::string>& pools, const std::string& settings = "rescanSeconds: 1\n");
  static std::string pool(const std::string& name, const std::string& parent, const std::string& ids);

  // Starts a daemon, the first or the next; returns when it has registered with kubelet and its pool's list
  // has come.
  void start();
  void end(int signal = SIGTERM);
  // Waits for kubelet to have so many registrations of the pool, then watches its endpoint anew.
  void watch_again(std::size_t count = 1, const std::string& name = "rxq");

  Finished restore() const;  // `rxlease-device-plugin --restore`

  // The pool with these queues unhealthy, or all of them.
  Health all_healthy() const { return health({}); }
  Health health(const std::vector<std::uint32_t>& unhealthy) const;
  Health all_unhealthy() const { return health({5, 6, 7}); }

  std::unique_ptr<v1beta1::DevicePlugin::Stub> plugin(const std::string& name = "rxq") const {
    return kubelet->plugin("rxlease-" + name + ".sock");
  }

  // The runtime's ADD and DEL for the pod, with these queues.
  nlohmann::json network(const std::vector<std::uint32_t>& queues,
                         const nlohmann::json& members = {{"pairing", "single"}}) const;
  Attachment named(const Pod& which, const std::string& name = "web-0") const;
  // kubelet's Allocate, then the runtime's ADD.
  void allocate_and_add(const std::vector<std::uint32_t>& queues);

  // What the daemons of this test have logged; whether a line with all the parts is there, or comes.
  std::string log() const;
  testing::AssertionResult logs(const std::vector<std::string>& parts) const;

  std::string metrics() const { return http_get(port, "/metrics").body; }
  // Waits for a line of /metrics, as "rxlease_attachments 1".
  testing::AssertionResult counts(const std::string& line) const;

  static constexpr std::uint16_t port = 9808;

  ScratchDirectory node;
  Runtime runtime;
  std::unique_ptr<SimulatedNic> nic;
  const std::string nic_name = nic->port_name();
  Pod pod;
  std::optional<FakeKubelet> kubelet;
  std::optional<DaemonProcess> daemon;
  std::optional<DeviceWatch> watch;

 private:
  std::size_t registrations(const std::string& name) const;  // of the pool, that kubelet has had
};

}  // namespace rxlease::tests
