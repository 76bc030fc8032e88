// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/heal/healer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

#include "attachment/heal.h"
#include "attachment/record/error.h"
#include "kernel/error.h"
#include "kernel/netlink/links.h"
#include "text/queue_ranges.h"

namespace rxlease::deviceplugin::heal {

namespace {

using namespace std::chrono_literals;
using attachment::Attachment;

// An attempt holds the daemon's loop up, so it waits for no queue for long; the next attempt may find it
// free.
const attachment::LeaseTimeout lease_timeout{100ms, "the daemon's own limit of an attempt"};

// After an attempt that failed; doubled for each further one.
constexpr std::chrono::milliseconds first_pause = 250ms;
constexpr std::chrono::milliseconds longest_pause = 30s;

constexpr auto between_questions = 2s;  // to a kubelet that does not tell

std::string devices_of(const std::vector<attachment::AttachedDevice>& devices) {
  std::string text;
  for (const auto& device : devices) {
    text += (text.empty() ? "" : ", ") + device.id.to_string();
    if (device.allocated) text += " in place of " + device.allocated->to_string();
  }
  return text;
}

}  // namespace

Healer::Healer(attachment::Machine& machine, std::string state_directory, Surroundings surroundings,
               prometheus::Registry& registry)
    : machine_(machine),
      state_directory_(std::move(state_directory)),
      surroundings_(std::move(surroundings)),
      metrics_(registry) {}

bool Healer::heal(const config::Config& config, const pools::Snapshot& snapshot,
                  const pools::Verdicts& unprepared) {
  verdicts_ = {};
  due_.reset();
  std::map<Key, Patient> patients;
  std::optional<pools::Allocations> allocations;
  bool healed = false;
  for (const auto& attachment : snapshot.attachments) {
    for (const auto& device : attachment.devices) {
      if (!device.allocated) continue;
      verdicts_.against_queue(device.id, "it stands in for " + device.allocated->to_string() + " of " +
                                             attachment.describe_pod() + ", which is gone");
    }
    const bool is_made = attachment.add_duration && !attachment.ending && !attachment.devices.empty();
    if (!is_made || is_whole(attachment, snapshot)) continue;
    const Key key{attachment.container_id, attachment.interface};
    auto& patient = patients[key] = std::move(patients_[key]);
    if (surroundings_.is_to_stop()) continue;
    if (!allocations) allocations = surroundings_.allocations();
    healed = treat(attachment, {config, snapshot, unprepared, *allocations}, patient) || healed;
  }
  patients_ = std::move(patients);
  return healed;
}

std::unique_ptr<kernel::Namespace> Healer::open_pod(const Attachment& attachment) {
  auto pod = machine_.open_netns(attachment.netns);
  return pod && pod->cookie() == attachment.netns_cookie ? std::move(pod) : nullptr;
}

// A NIC that is down shows no leases, and the netkit is there all the same.
bool Healer::has_netkit(kernel::Namespace& pod, const Attachment& attachment) {
  if (attachment.interface_ifindex == 0) return false;
  const auto link = kernel::Links(pod.route()).getlink(attachment.interface_ifindex);
  return link && link->netkit();
}

// Whatever fails concerns this attachment only.
bool Healer::treat(const Attachment& attachment, const Situation& situation, Patient& patient) {
  try {
    const auto pod = open_pod(attachment);
    if (pod && !attachment.unfinished && has_netkit(*pod, attachment)) {
      patient = {};
      return false;
    }
    auto plan =
        pod ? plan_of(attachment, situation)
            : Plan{Step::refuse, "its network namespace is not at " + attachment.netns + " any more", {}};
    if (plan.step == Step::refuse) {
      refuse(attachment, plan.reason, patient);
      return false;
    }
    if (plan.step == Step::heal && reserve(attachment, plan, patient)) {
      plan = {Step::wait, "kubelet is told first which queues stand in", {}};
      wake_at(Clock::now() + pools::until_kubelet_knows);
    } else if (plan.step == Step::wait && !situation.allocations) {
      wake_at(Clock::now() + between_questions);
    }
    if (plan.step == Step::wait) {
      blame(attachment, plan.reason);
      return false;
    }
    if (patient.again && Clock::now() < *patient.again) {
      blame(attachment, patient.told);
      wake_at(*patient.again);
      return false;
    }
    return make_again(attachment, *pod, plan, patient);
  } catch (const attachment::Error& error) {
    fail(attachment, std::string(error.what()) + " (" + error.remedy() + ")", patient);
  } catch (const std::exception& error) {
    fail(attachment, error.what(), patient);
  }
  return false;
}

// Has kubelet told that queues are to stand in, before they do: else it might allocate them meanwhile. True:
// that is done with this scan; the next plan has the same queues, unless kubelet was faster.
bool Healer::reserve(const Attachment& attachment, const Plan& plan, Patient& patient) {
  std::set<kernel::DeviceId> wanted;
  for (const auto& device : plan.devices) {
    if (!device.allocated) continue;
    wanted.insert(device.id);
    verdicts_.against_queue(device.id, "it is to stand in for " + device.allocated->to_string() + " of " +
                                           attachment.describe_pod() + ", which is gone");
  }
  const bool is_new = !std::ranges::includes(patient.reserved, wanted);
  patient.reserved = std::move(wanted);
  return is_new;
}

bool Healer::make_again(const Attachment& attachment, kernel::Namespace& pod, const Plan& plan,
                        Patient& patient) {
  const auto& first = plan.devices.front().id;
  const auto nic = attachment::require_nic(machine_, first);
  std::vector<kernel::DeviceId> devices;
  devices.reserve(plan.devices.size());
  for (const auto& device : plan.devices) devices.push_back(device.id);
  surroundings_.take(devices);
  const auto healed =
      attachment::heal({machine_, state_directory_}, pod, attachment, {nic, plan.devices, lease_timeout});
  if (!healed) return false;  // its DEL was faster
  metrics_.healed.Increment();
  spdlog::warn("healed {}: its NIC {} ({}) is back, and it leases {} again; lease.json has generation {}",
               attachment.describe_owner(), nic.name, nic.ifname, devices_of(healed->devices),
               healed->generation);
  patient = {};
  return true;
}

void Healer::fail(const Attachment& attachment, const std::string& why, Patient& patient) {
  metrics_.failed.Increment();
  if (patient.told != why) {
    spdlog::error("{} could not be healed, and is tried again: {}", attachment.describe_owner(), why);
    patient.told = why;
  }
  patient.pause = std::clamp(2 * patient.pause, first_pause, longest_pause);
  patient.again = Clock::now() + patient.pause;
  wake_at(*patient.again);
  blame(attachment, why);
}

// Its queues are free for others.
void Healer::refuse(const Attachment& attachment, const std::string& why, Patient& patient) {
  if (patient.told == why) return;
  patient.told = why;
  metrics_.refused.Increment();
  spdlog::warn("{} is not healed: {}; delete the pod, and it is made anew", attachment.describe_owner(), why);
  attachment::note_trouble(attachment::AttachmentStore(state_directory_), attachment, why);
}

void Healer::blame(const Attachment& attachment, const std::string& why) {
  for (const auto& device : attachment.devices) {
    verdicts_.against_queue(device.in_container(),
                            attachment.describe_pod() + " has lost it, and gets it back: " + why);
  }
}

void Healer::wake_at(Clock::time_point time) {
  due_ = std::min(due_.value_or(time), time);
}

}  // namespace rxlease::deviceplugin::heal
