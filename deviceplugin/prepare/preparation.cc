// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/preparation.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "deviceplugin/prepare/holder.h"
#include "kernel/boot_id.h"
#include "kernel/error.h"
#include "kernel/netlink/links.h"

namespace rxlease::deviceplugin::prepare {

namespace {

using namespace std::chrono_literals;

// Before the first retry of a failed preparation; doubled for each further one.
constexpr std::chrono::seconds first_pause = 5s;
constexpr std::chrono::seconds longest_pause = 10min;
constexpr auto between_repairs = 1s;  // of one NIC: another program may repair as often as we do

std::string display(const kernel::NicDetails& nic) {
  return nic.nic.name + " (" + nic.nic.ifname + ")";
}

bool has_xdp_program(kernel::Namespace& host, const kernel::Nic& nic) {
  const auto link = kernel::Links(host.route()).getlink(nic.ifindex);
  return link && link->has_xdp_program();
}

kernel::Fd lock(const NicJournals& journals, const std::string& directory) {
  auto lock = journals.try_lock();
  if (!lock) {
    throw std::runtime_error("another rxlease-device-plugin prepares or restores NICs by " + directory +
                             "; let it end first");
  }
  return std::move(*lock);
}

}  // namespace

Preparation::Preparation(kernel::Namespace& host, std::string sysfs, const std::string& persistent_directory,
                         prometheus::Registry& registry)
    : host_(host),
      sysfs_(std::move(sysfs)),
      files_(journals_directory(persistent_directory)),
      lock_(lock(files_, journals_directory(persistent_directory))),
      boot_id_(kernel::boot_id()),
      metrics_(registry) {
  read_journals();
}

void Preparation::read_journals() {
  auto listing = files_.list();
  journals_ = std::move(listing.journals);
  unreadable_ = std::move(listing.unreadable);
}

Preparation::Result Preparation::prepare(const config::Config& config, const pools::Snapshot& snapshot) {
  verdicts_ = {};
  due_.reset();
  if (!unreadable_.empty()) read_journals();
  const auto ethtool = kernel::Ethtool::open(host_.generic());
  bool changed = false;
  std::set<std::string> selected;
  for (const auto& nic : snapshot.nics) {
    selected.insert(nic.details.nic.name);
    auto pooled = demand_of(config, snapshot.pools, nic.details, is_xdp_refused(nic.details.nic.name));
    for (const auto& [pool, why] : pooled.conflicts) verdicts_.against_nic(nic.details.nic.name, pool, why);
    if (!nic.cannot_lease.empty()) pooled = {};  // no pod could use it
    if (ethtool) {
      changed = settle(*ethtool, nic.details, pooled, snapshot.attachments) || changed;
    } else {
      blame(nic.details.nic.name, pooled,
            "its NIC cannot be prepared: this kernel has no ethtool over netlink");
    }
  }
  const bool all_selected =
      std::ranges::all_of(journals_, [&](const auto& entry) { return selected.contains(entry.first); });
  if (all_selected || !ethtool) return {changed, std::move(verdicts_)};
  for (const auto& nic : kernel::list_nics(sysfs_)) {
    if (selected.contains(nic.nic.name)) continue;
    changed = settle(*ethtool, nic, {}, snapshot.attachments) || changed;
  }
  return {changed, std::move(verdicts_)};
}

bool Preparation::settle(const kernel::Ethtool& ethtool, const kernel::NicDetails& nic,
                         const PooledDemand& pooled, const std::vector<attachment::Attachment>& attachments) {
  const auto& name = nic.nic.name;
  if (unreadable_.contains(name)) {
    blame(name, pooled,
          files_.path_of(name) + " does not tell what was changed of its NIC; repair or remove that file");
    return false;
  }
  const auto journal = journal_of(nic);
  if (pooled.demand.is_empty() && journal.original.is_empty()) return false;
  metrics_.of(name);  // from now on they are listed, with 0: a rate needs the 0 before the first 1
  NicPreparation preparation(ethtool, files_, nic, journal);
  try {
    if (must_wait(nic, pooled, preparation)) return false;
    const auto is_free = [&] {
      if (journal.is_for_xdp() && has_xdp_program(host_, nic.nic)) return false;  // the driver would refuse
      return holder_of(host_, nic.nic, attachments, guard_.is_parked).empty();
    };
    const auto let_go = [&] {
      if (guard_.let_go_of) guard_.let_go_of(nic.nic.ifindex);
    };
    const auto outcome = preparation.settle(without_haste(pooled.demand, name), is_free, let_go);
    failures_.erase(name);
    keep(name, preparation.journal());
    report(nic, outcome);
    report_foreign(nic, pooled, outcome, journal);
    return outcome.before != outcome.after;
  } catch (const PreparationError& error) {
    keep(name, preparation.journal());
    remember_failure(nic, pooled, preparation.read().settings, error.what());
  } catch (const kernel::KernelError& error) {
    if (error.error() != ENODEV) throw;  // else the NIC has gone, and the next scan shows it
  }
  return false;
}

// Once it was made to take the program, it refuses no more.
bool Preparation::is_xdp_refused(const std::string& nic) const {
  const auto found = journals_.find(nic);
  return xdp_refused_.contains(nic) || (found != journals_.end() && found->second.is_for_xdp());
}

NicJournal Preparation::journal_of(const kernel::NicDetails& nic) {
  const NicInstance instance{boot_id_, nic.nic.ifindex};
  const auto found = journals_.find(nic.nic.name);
  if (found != journals_.end() && found->second.instance == instance) return found->second;
  if (found != journals_.end()) {
    spdlog::info("NIC {}: it has its defaults, since it was plugged in or the machine was started",
                 display(nic));
    files_.remove(nic.nic.name);
    journals_.erase(found);
  }
  return {.instance = instance, .original = {}, .set = {}, .pending = {}};
}

bool Preparation::must_wait(const kernel::NicDetails& nic, const PooledDemand& pooled,
                            const NicPreparation& preparation) {
  const auto found = failures_.find(nic.nic.name);
  if (found == failures_.end()) return false;
  const auto& last = found->second;
  const bool same = last.ifindex == nic.nic.ifindex && last.demand == pooled.demand &&
                    last.present == preparation.read().settings;
  if (!same || Clock::now() >= last.again) return false;
  blame(nic.nic.name, pooled, last.reason);
  wake_at(last.again);
  return true;
}

NicDemand Preparation::without_haste(NicDemand demand, const std::string& nic) {
  const auto last = repairs_.find(nic);
  if (last != repairs_.end() && Clock::now() < last->second + between_repairs) {
    demand.repair = demand.put_back = false;
    wake_at(last->second + between_repairs);
  }
  return demand;
}

void Preparation::keep(const std::string& nic, const NicJournal& journal) {
  if (journal.original.is_empty()) {
    journals_.erase(nic);
  } else {
    journals_[nic] = journal;
  }
}

void Preparation::report(const kernel::NicDetails& nic, const NicPreparation::Outcome& outcome) {
  const auto changes = describe_change(outcome.before, outcome.after);
  if (outcome.lost_rss) {
    metrics_.of(nic.nic.name).repaired.Increment();
    repairs_[nic.nic.name] = Clock::now();
    spdlog::warn(
        "NIC {} had lost its RSS table, as by a reset; it is put back: {}. Meanwhile other flows came to the "
        "pools' queues",
        display(nic), changes);
  } else if (outcome.before != outcome.after && outcome.foreign.is_empty()) {
    const auto counters = metrics_.of(nic.nic.name);
    (outcome.gave_back ? counters.restored : counters.prepared).Increment();
    spdlog::info("NIC {} {}: {}", display(nic),
                 outcome.gave_back ? "has settings reset that no pool asks for" : "is prepared", changes);
  }
  std::string message;
  if (!outcome.withheld.is_empty()) {
    message = "no pool needs its changed settings; they are reset once its queues are free: " +
              describe(outcome.withheld);
  } else if (outcome.lacks_rss) {
    message =
        "its driver has no RSS table to keep flows off the pools' queues; set rss: keep if flows do not "
        "reach them";
  }
  if (is_news(nic.nic.name + " " + std::to_string(nic.nic.ifindex), message)) {
    spdlog::warn("NIC {}: {}", display(nic), message);
  }
}

void Preparation::report_foreign(const kernel::NicDetails& nic, const PooledDemand& pooled,
                                 const NicPreparation::Outcome& outcome, const NicJournal& was) {
  const auto& name = nic.nic.name;
  if (outcome.foreign.is_empty()) {
    is_news(name, "");
    return;
  }
  const auto what = describe_change(was.set, outcome.foreign);
  const bool is_repaired = pooled.demand.repair && outcome.before != outcome.after;
  if (is_news(name, what)) {
    metrics_.of(name).changed_by_others.Increment();
    spdlog::warn("NIC {}: somebody else has changed {}{}", display(nic), what,
                 is_repaired            ? "; it is changed back"
                 : pooled.pools.empty() ? "; it is left so"
                                        : "");
  }
  if (is_repaired) {
    metrics_.of(name).repaired.Increment();
    repairs_[name] = Clock::now();
  } else {
    blame(name, pooled, "somebody else has changed its NIC: " + what);
  }
}

// A verdict for each pool that asks for settings of the NIC.
void Preparation::blame(const std::string& nic, const PooledDemand& pooled, const std::string& reason) {
  for (const auto& pool : pooled.pools) verdicts_.against_nic(nic, pool, reason);
}

// Whether the message is not the last one about this NIC.
bool Preparation::is_news(const std::string& about, const std::string& message) {
  auto& told = told_[about];
  if (told == message) return false;
  told = message;
  return !message.empty();
}

void Preparation::remember_failure(const kernel::NicDetails& nic, const PooledDemand& pooled,
                                   const NicSettings& present, const std::string& reason) {
  auto& failure = failures_[nic.nic.name];
  if (failure.ifindex != nic.nic.ifindex || failure.demand != pooled.demand) failure = {};
  const auto sentence = "its NIC could not be prepared: " + reason;
  if (failure.reason != sentence) spdlog::error("NIC {} could not be prepared: {}", display(nic), reason);
  const auto pause = std::clamp(2 * failure.pause, first_pause, longest_pause);
  failure = {.ifindex = nic.nic.ifindex,
             .demand = pooled.demand,
             .present = present,
             .reason = sentence,
             .pause = pause,
             .again = Clock::now() + pause};
  metrics_.of(nic.nic.name).failed.Increment();
  blame(nic.nic.name, pooled, sentence);
  wake_at(failure.again);
}

void Preparation::wake_at(Clock::time_point time) {
  due_ = std::min(due_.value_or(time), time);
}

}  // namespace rxlease::deviceplugin::prepare
