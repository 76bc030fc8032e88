// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "deviceplugin/node/metrics.h"
#include "kernel/device_id.h"
#include "proto/node.h"

namespace rxlease::deviceplugin::node {

// What the daemon's guard does for those who ask. Functions are called by several threads at once; without
// them there is no guard.
struct GuardDesk {
  std::function<std::vector<kernel::DeviceId>(const std::vector<kernel::DeviceId>& devices)> take;
  std::function<std::vector<kernel::DeviceId>(const std::string& nic, std::chrono::seconds duration)> release;
  std::function<std::optional<std::int32_t>()> netns_id;
};

// What lends queues to pods that run, for those who ask. Functions are called by several threads at once, and
// throw proto::NodeError; a requested stop ends their waiting.
struct LeaseDesk {
  std::function<proto::LeaseAnswer(const proto::AddLeaseQuestion& question, const std::stop_token& stop)> add;
  std::function<proto::LeaseAnswer(const proto::RemoveLeaseQuestion& question, const std::stop_token& stop)>
      remove;
};

// Answers the questions of proto/node.h.
class NodeService {
 public:
  // The ids of the resource's devices that the pod was given, in any order, perhaps more than once. Throws
  // when that cannot be told now; the exception's text says why. Called by several threads at once. A
  // requested stop ends its waiting.
  using DevicesOfPod = std::function<std::vector<std::string>(const proto::QueuesQuestion& question,
                                                              const std::stop_token& stop)>;

  NodeService(DevicesOfPod devices_of_pod, prometheus::Registry& registry, GuardDesk guard = {},
              LeaseDesk leases = {});

  // The answer to a message: devices, or an error. Throws nothing but std::bad_alloc.
  std::string answer(const std::string& message, const std::stop_token& stop = {}) const;

 private:
  std::string answer_to(const proto::QueuesQuestion& question, const std::stop_token& stop) const;
  std::string answer_to(const proto::TakeQuestion& question, const std::stop_token& stop) const;
  std::string answer_to(const proto::ReleaseQuestion& question, const std::stop_token& stop) const;
  std::string answer_to(const proto::GuardQuestion& question, const std::stop_token& stop) const;
  std::string answer_to(const proto::AddLeaseQuestion& question, const std::stop_token& stop) const;
  std::string answer_to(const proto::RemoveLeaseQuestion& question, const std::stop_token& stop) const;

  DevicesOfPod devices_of_pod_;
  GuardDesk guard_;
  LeaseDesk leases_;
  QuestionMetrics metrics_;
};

}  // namespace rxlease::deviceplugin::node
