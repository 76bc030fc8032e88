// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "attachment/site/machine.h"
#include "deviceplugin/heal/metrics.h"
#include "deviceplugin/heal/plan.h"
#include "deviceplugin/pools/inventory.h"

namespace rxlease::deviceplugin::heal {

// Heals attachments: when a NIC goes, by a reload of its driver, a reset or a hand, Linux deletes the netkits
// that lease from it, and pods lose their interfaces. Once the NIC is back and prepared, each attachment is
// made again from its record, under the same names and addresses. Pods see the new generation of lease.json.
class Healer {
 public:
  using Clock = std::chrono::steady_clock;

  // What healing needs of others.
  struct Surroundings {
    std::function<pools::Allocations()> allocations;  // kubelet's, asked once a scan at most
    std::function<void(const std::vector<kernel::DeviceId>& devices)> take;  // has the guard let go of them
    std::function<bool()> is_to_stop;  // whether the daemon is to end: the rest is the next daemon's
  };

  // `machine` must outlive the object.
  Healer(attachment::Machine& machine, std::string state_directory, Surroundings surroundings,
         prometheus::Registry& registry);

  // Heals what the snapshot shows to be broken. An attachment that fails does not keep the others from it; it
  // is tried again, after a pause that grows. Returns whether any was healed: another scan is due then.
  // `unprepared`: verdicts against NICs that are not as their pools want them.
  bool heal(const config::Config& config, const pools::Snapshot& snapshot, const pools::Verdicts& unprepared);

  // Against queues of attachments that are to be healed, and queues that stand in for others; as of the last
  // heal().
  pools::Verdicts verdicts() const { return verdicts_; }

  // When heal() has something to do that no notification announces.
  std::optional<Clock::time_point> due() const { return due_; }

 private:
  using Key = std::pair<std::string, std::string>;  // container and interface

  // About an attachment that is broken, from scan to scan.
  struct Patient {
    std::string told;                     // the last line of the log about it
    std::set<kernel::DeviceId> reserved;  // to stand in, and told kubelet so
    std::chrono::milliseconds pause{0};
    std::optional<Clock::time_point> again;
  };

  std::unique_ptr<kernel::Namespace> open_pod(const attachment::Attachment& attachment);
  static bool has_netkit(kernel::Namespace& pod, const attachment::Attachment& attachment);
  bool treat(const attachment::Attachment& attachment, const Situation& situation, Patient& patient);
  bool make_again(const attachment::Attachment& attachment, kernel::Namespace& pod, const Plan& plan,
                  Patient& patient);
  bool reserve(const attachment::Attachment& attachment, const Plan& plan, Patient& patient);
  void fail(const attachment::Attachment& attachment, const std::string& why, Patient& patient);
  void refuse(const attachment::Attachment& attachment, const std::string& why, Patient& patient);
  void blame(const attachment::Attachment& attachment, const std::string& why);
  void wake_at(Clock::time_point time);

  attachment::Machine& machine_;
  std::string state_directory_;
  Surroundings surroundings_;
  HealMetrics metrics_;
  std::map<Key, Patient> patients_;
  pools::Verdicts verdicts_;
  std::optional<Clock::time_point> due_;
};

}  // namespace rxlease::deviceplugin::heal
