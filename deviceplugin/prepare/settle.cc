// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/settle.h"

#include <cerrno>

#include "kernel/error.h"

namespace rxlease::deviceplugin::prepare {

namespace {

// There are five settings, and some may need a second attempt.
constexpr int most_steps = 20;

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

// On disk before the NIC is touched.
void NicPreparation::announce(const NicSettings& step, const NicSettings& present) {
  overlay(journal_.pending, step);
  auto original = only(present, step);
  overlay(original, journal_.original);
  overlay(journal_.original, original);
  store();
}

// Some drivers split headers only while they coalesce packets in hardware, and say no more than that they do
// not: then the step is to be tried again behind that one. Returns what the driver said; empty when the step
// is done.
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

NicPreparation::Outcome NicPreparation::settle(const NicDemand& demand,
                                               const std::function<bool()>& is_free) {
  const auto before = journal_;
  const auto start = read();
  Outcome outcome;
  outcome.foreign = plan_nic(demand, journal_, start).foreign;
  outcome.lacks_rss = !demand.excluded.empty() && !start.settings.rss;
  std::optional<bool> free;
  std::string refusal;
  try {
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

// What is asked for and so, is in force; what is neither asked for nor to be given back, is no concern of
// ours.
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

// Back to where this attempt began. Where that was the middle of one that was cut short: to where that one
// began.
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
