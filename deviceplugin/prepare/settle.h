// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include "deviceplugin/prepare/plan/plan.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::prepare {

// A NIC could not be prepared or given back. what(): the step, and the kernel's text. The NIC is as before,
// unless what() says that undoing failed too; then its journal stays.
class PreparationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Prepares one NIC as its pools want it, or gives it back. Writes each step into the NIC's journal before
// taking it, and reads it back afterwards. REQUIRES: the lock of the journals.
class NicPreparation {
 public:
  // `journal`: the one on disk if it is about this instance of the NIC, else a new one. `ethtool` and
  // `journals` must outlive the object.
  NicPreparation(const kernel::Ethtool& ethtool, const NicJournals& journals, kernel::NicDetails nic,
                 NicJournal journal)
      : ethtool_(ethtool),
        journals_(journals),
        nic_(std::move(nic)),
        journal_(std::move(journal)),
        stored_(journal_) {}

  // What was changed, and what was not.
  struct Outcome {
    NicSettings before, after;  // of the settings that were changed
    NicSettings foreign;        // settings that somebody else had changed; repaired if `after` has them
    bool gave_back = false;     // some of the changes reset settings that no pool asks for any more
    NicSettings withheld;       // settings to reset once nobody uses the NIC's queues
    bool lacks_rss = false;     // the driver has no RSS table to take queues out of
    bool lost_rss = false;      // the NIC had lost our RSS table, as by a reset; it is set again
  };

  // `is_free`: whether nobody uses the NIC's queues, so that settings can be reset; called only if there are
  // such. `let_go`: ends the daemon's own leases on the NIC, which would be in the way; called before the
  // first setting is changed, and only if one is. PreparationError: a step failed, and the steps before it
  // were undone. KernelError ENODEV: the NIC has gone.
  Outcome settle(const NicDemand& demand, const std::function<bool()>& is_free,
                 std::function<void()> let_go = {});

  NicReading read() const { return read_settings(ethtool_, nic_.nic.ifindex, nic_.rx_queues); }
  const NicJournal& journal() const { return journal_; }

 private:
  void put(const NicSettings& step);
  void confirm_split(const NicDemand& demand, const NicSettings& present);
  void announce(const NicSettings& step, const NicSettings& present);
  std::string take(const NicSettings& step, const NicSettings& present);
  void finish(const NicPlan& plan, const NicSettings& present);
  void undo(const NicJournal& before, const NicSettings& start);
  void store();

  const kernel::Ethtool& ethtool_;
  const NicJournals& journals_;
  kernel::NicDetails nic_;
  NicJournal journal_;
  NicJournal stored_;             // on disk
  std::function<void()> let_go_;  // until it was called
};

}  // namespace rxlease::deviceplugin::prepare
