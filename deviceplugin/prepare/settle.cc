// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/settle.h"

#include <cerrno>
#include <utility>

#include "kernel/error.h"

namespace rxlease::deviceplugin::prepare {

namespace {

// Seven settings, some of which need a second attempt.
constexpr int most_steps = 30;

[[noreturn]] void give_up() {
  throw kernel::KernelError("prepare", EAGAIN, "it changes again and again");
}

}  // namespace

void NicPreparation::store() {
  if (journal_ == stored_) return;
  if (journal_.original.is_empty()) {
    journals_.remove(nic_.nic.name);
  } else {
    journals_.save(nic_.nic.name, journal_);
  }
  stored_ = journal_;
}

void NicPreparation::put(const NicSettings& step) {
  if (const auto let_go = std::exchange(let_go_, {})) let_go();
  put_setting(ethtool_, nic_.nic.ifindex, nic_.rx_queues, step);
}

// On disk before the NIC is touched.
void NicPreparation::announce(const NicSettings& step, const NicSettings& present) {
  overlay(journal_.pending, step);
  auto original = only(present, step);
  overlay(original, journal_.original);
  overlay(journal_.original, original);
  store();
}

// Some drivers split headers only while rx-gro-hw is on, and give no reason when they refuse: plan rx-gro-hw
// first, and the step again after it. Returns the refusal; empty when the step is done.
std::string NicPreparation::take(const NicSettings& step, const NicSettings& present) {
  announce(step, present);
  try {
    put(step);
    return "";
  } catch (const kernel::KernelError& error) {
    const bool wants_split = step.tcp_data_split == kernel::TcpDataSplit::enabled;
    const bool refused = error.error() == EINVAL || error.error() == EOPNOTSUPP;
    if (!wants_split || !refused || present.rx_gro_hw != false) throw;
    NicSettings needed;
    needed.rx_gro_hw = true;
    announce(needed, present);
    return error.what();
  }
}

// Some drivers report that they split headers although nobody has asked them to. The kernel lets no memory
// provider in unless somebody has, so the split is asked for once in the life of the NIC, however it reads.
void NicPreparation::confirm_split(const NicDemand& demand, const NicSettings& present) {
  constexpr auto on = kernel::TcpDataSplit::enabled;
  if (!demand.header_split || present.tcp_data_split != on || journal_.set.tcp_data_split == on) return;
  NicSettings split;
  split.tcp_data_split = on;
  put(split);
}

NicPreparation::Outcome NicPreparation::settle(const NicDemand& demand, const std::function<bool()>& is_free,
                                               std::function<void()> let_go) {
  let_go_ = std::move(let_go);
  const auto before = journal_;
  const auto start = read();
  Outcome outcome;
  const auto first = plan_nic(demand, journal_, start);
  outcome.foreign = first.foreign;
  outcome.lost_rss = first.lost_rss;
  outcome.lacks_rss = !demand.excluded.empty() && !start.settings.rss;
  std::optional<bool> free;
  std::string refusal;
  try {
    confirm_split(demand, start.settings);
    auto present = start;
    for (int steps = 0; steps < most_steps; ++steps) {
      const auto plan = plan_nic(demand, journal_, present);
      auto target = plan.change;
      if (!plan.give_back.is_empty() && !free) free = is_free();
      if (free == true) overlay(target, plan.give_back);
      const auto step = next_step(present.settings, target);
      if (!step) {
        outcome.before = only(start.settings, journal_.pending);
        outcome.after = only(present.settings, journal_.pending);
        outcome.gave_back = only(outcome.after, plan.wished) != outcome.after;
        outcome.withheld = plan.give_back;
        finish(plan, present.settings);
        return outcome;
      }
      if (auto said = take(*step, present.settings); !said.empty()) refusal = std::move(said);
      present = read();
    }
    give_up();
  } catch (const kernel::KernelError& error) {
    if (error.error() == ENODEV) throw;
    std::string what = error.what();
    if (!refusal.empty()) what += "; this was tried since " + refusal;
    try {
      undo(before, start.settings);
    } catch (const kernel::KernelError& another) {
      what += std::string("; and the steps before it could not be undone: ") + another.what();
    }
    throw PreparationError(what);
  }
}

// A setting that pools ask for and that reads back as asked is `set`; one that nobody asks for and that needs
// no undoing is forgotten.
void NicPreparation::finish(const NicPlan& plan, const NicSettings& present) {
  each_setting([&](const char*, auto setting) {
    const auto& now = present.*setting;
    auto& original = journal_.original.*setting;
    auto& set = journal_.set.*setting;
    if (plan.wished.*setting) {
      if (plan.foreign.*setting) return;
      if (!original) original = now;
      if (!set || journal_.pending.*setting) set = now;
    } else if (plan.give_back.*setting) {
      if (!set) set = now;
    } else {
      original.reset();
      set.reset();
    }
  });
  journal_.pending = {};
  store();
}

// Back to the settings before this attempt; if it continued an attempt that was cut short, to those before
// that one.
void NicPreparation::undo(const NicJournal& before, const NicSettings& start) {
  auto target = start;
  if (before.is_unfinished()) {
    overlay(target, only(before.original, before.pending));
    overlay(target, only(before.set, before.pending));
  }
  target = only(target, journal_.pending);
  for (int steps = 0;; ++steps) {
    const auto step = next_step(read().settings, target);
    if (!step) break;
    if (steps == most_steps) give_up();
    put(*step);
  }
  journal_ = before;
  journal_.pending = {};
  journal_.original = only(journal_.original, journal_.set);
  store();
}

}  // namespace rxlease::deviceplugin::prepare
