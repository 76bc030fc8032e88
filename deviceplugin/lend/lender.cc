// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/lend/lender.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "deviceplugin/lend/loan.h"
#include "text/display.h"

namespace rxlease::deviceplugin::lend {

namespace {

using namespace std::chrono_literals;
using attachment::Attachment;
using kernel::DeviceId;
using proto::NodeError;
using Kind = NodeError::Kind;
using Devices = std::vector<DeviceId>;

constexpr auto longest_wait = 10s;  // for one's turn, and for rounds of the loop

// The lender's threads share no socket, so each call has a machine of its own.
attachment::LinuxMachine this_machine() {
  return attachment::LinuxMachine([](const std::string& text) { spdlog::warn("{}", text); });
}

std::unique_lock<std::timed_mutex> take_turn(std::timed_mutex& mutex, const Limit& limit) {
  std::unique_lock lock(mutex, limit.deadline);
  if (lock) return lock;
  throw NodeError(Kind::try_again_later, "the daemon is busy lending queues to others", "try again");
}

std::string names_of(const std::vector<attachment::AttachedDevice>& devices) {
  std::string names;
  for (const auto& device : devices) names += (names.empty() ? "" : ", ") + device.id.to_string();
  return names;
}

proto::LeaseAnswer answer_of(const Attachment& record) {
  proto::LeaseAnswer answer{.interface = record.interface, .leases = {}};
  answer.leases.reserve(record.devices.size());
  for (const auto& device : record.devices) answer.leases.push_back({device.id, device.queue.value_or(0)});
  return answer;
}

// The loan of that name. NodeError refused: there is none.
Attachment find_loan(const std::vector<Attachment>& records, const proto::RemoveLeaseQuestion& question) {
  const auto pod = text::display(question.pod_namespace + "/" + question.pod_name);
  const Attachment* other = nullptr;
  for (const auto& record : records) {
    const bool is_it = record.pod_namespace == question.pod_namespace &&
                       record.pod_name == question.pod_name && record.interface == question.interface;
    if (is_it && record.lent) return record;
    if (is_it) other = &record;
  }
  if (other == nullptr) {
    throw NodeError(
        Kind::refused,
        "interface: pod " + pod + " has no " + text::display(question.interface) + " that rxlease made",
        "`rxleasectl show leases` lists what was lent");
  }
  throw NodeError(
      Kind::refused,
      "interface: " + question.interface + " of pod " + pod + " is not lent: the pod began with it",
      "delete the pod; only what `rxleasectl lease add POD` gave can be taken back before");
}

}  // namespace

// Queues that kubelet is told not to allocate, for the object's life.
class Lender::Reservation {
 public:
  Reservation(Lender& lender, std::string pod) : lender_(lender), pod_(std::move(pod)) {}
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;
  ~Reservation() { hold({}); }

  // Holds these, and no others any more.
  void hold(const Devices& devices) {
    const std::scoped_lock lock(lender_.mutex_);
    for (const auto& device : held_) lender_.reserved_[device].is_over = true;
    for (const auto& device : devices) lender_.reserved_[device] = {.pod = pod_};
    held_ = devices;
  }

 private:
  Lender& lender_;
  std::string pod_;
  Devices held_;
};

Lender::Lender(std::string state_directory, Surroundings surroundings)
    : state_directory_(std::move(state_directory)), surroundings_(std::move(surroundings)) {}

// kubelet may have allocated a queue before it was told: then others are chosen.
Lender::Choice Lender::choose(const proto::AddLeaseQuestion& question, Reservation& reservation,
                              const Limit& limit) {
  for (;;) {
    const auto view = rounds_.next(limit);
    const auto devices = choose_devices(question, view, attachments_of(question, view));
    reservation.hold(devices);
    rounds_.next(limit);  // which tells kubelet
    std::this_thread::sleep_for(pools::until_kubelet_knows);
    const auto after = rounds_.next(limit);
    if (!is_taken(devices, after)) return {devices, attachments_of(question, after)};
  }
}

proto::LeaseAnswer Lender::add(const proto::AddLeaseQuestion& question, const std::stop_token& stop) {
  const Limit limit{Limit::Clock::now() + longest_wait, stop};
  if (question.queues == 0) {
    throw NodeError(Kind::refused, "queues: a loan has one at least, not 0", "ask for 1 or more");
  }
  auto flows = flows_of(question);
  const auto turn = take_turn(one_at_a_time_, limit);
  Reservation reservation(*this, question.pod_namespace + "/" + question.pod_name);
  auto choice = choose(question, reservation, limit);
  auto machine = this_machine();
  const auto record = make_loan({machine, state_directory_}, {.of_pod = std::move(choice.of_pod),
                                                              .devices = std::move(choice.devices),
                                                              .interface = question.interface,
                                                              .flows = std::move(flows),
                                                              .take = surroundings_.take});
  spdlog::info("lent {} to {} as {}", names_of(record.devices), record.describe_pod(), record.interface);
  return answer_of(record);
}

proto::LeaseAnswer Lender::remove(const proto::RemoveLeaseQuestion& question, const std::stop_token& stop) {
  const auto turn = take_turn(one_at_a_time_, {Limit::Clock::now() + longest_wait, stop});
  auto machine = this_machine();
  const attachment::Site site{machine, state_directory_};
  const auto record = find_loan(site.store().list().attachments, question);
  undo_loan(site, record);
  spdlog::info("took {} back from {}, which had it as {}", names_of(record.devices), record.describe_pod(),
               record.interface);
  return answer_of(record);
}

void Lender::undo_unfinished() const {
  auto machine = this_machine();
  const attachment::Site site{machine, state_directory_};
  for (const auto& record : site.store().list().attachments) {
    if (!record.lent || (record.blueprint && !record.ending)) continue;
    try {
      undo_loan(site, record);
      spdlog::warn("took {} back from {}: the daemon ended before it had lent it as {}, or taken it back",
                   names_of(record.devices), record.describe_pod(), record.interface);
    } catch (const NodeError& error) {  // one that stays must not keep the others
      spdlog::error("{} was lent to {} in part, as {}, and could not be taken back: {} ({})",
                    names_of(record.devices), record.describe_pod(), record.interface, error.what(),
                    error.remedy());
    }
  }
}

void Lender::begin_round() {
  is_awaited_ = rounds_.begin();
  const std::scoped_lock lock(mutex_);
  std::erase_if(reserved_, [](const auto& entry) { return entry.second.is_over; });
}

std::vector<pools::PoolState> Lender::for_kubelet(const pools::Snapshot& snapshot) const {
  std::map<DeviceId, std::string> reasons;
  for (const auto& attachment : snapshot.attachments) {
    if (!attachment.lent) continue;
    for (const auto& device : attachment.devices) {
      const auto reason = "it is lent to " + attachment.describe_pod() + ", as " + attachment.interface;
      reasons[device.id] = reasons[device.in_container()] = reason;
    }
  }
  const std::scoped_lock lock(mutex_);
  for (const auto& [device, reserved] : reserved_)
    reasons.emplace(device, "it is about to be lent to " + reserved.pod);
  auto pools = snapshot.pools;
  for (auto& pool : pools) {
    for (auto& device : pool.devices) {
      const auto found = reasons.find(device.id);
      if (found == reasons.end() || !device.healthy) continue;
      device.healthy = false;
      device.reason = found->second;
    }
  }
  return pools;
}

void Lender::end_round(const pools::Snapshot& snapshot) {
  View view;
  if (is_awaited_) {
    view = {.pools = snapshot.pools,
            .attachments = snapshot.attachments,
            .allocations = surroundings_.allocations()};
  }
  rounds_.end(std::move(view));
}

}  // namespace rxlease::deviceplugin::lend
