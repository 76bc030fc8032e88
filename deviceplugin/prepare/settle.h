// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include "deviceplugin/prepare/plan.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::prepare {

// A NIC that could not be brought to where it should be. what(): which step, and what the kernel said. The
// NIC is as it was before, unless what() says that undoing failed too; then its journal stays.
class PreparationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Brings one NIC to where its pools want it, or back to where it was. Each step is in the NIC's journal
// before it is taken, and read back after it. REQUIRES: the lock of the journals.
class NicPreparation {
 public:
  // `journal`: as it is on disk, of this instance of the NIC; else a new one. `ethtool` and `journals` must
  // outlive the object.
  NicPreparation(const kernel::Ethtool& ethtool, const NicJournals& journals, kernel::NicDetails nic,
                 NicJournal journal)
      : ethtool_(ethtool),
        journals_(journals),
        nic_(std::move(nic)),
        journal_(std::move(journal)),
        stored_(journal_) {}

  // What was done, and what was not.
  struct Outcome {
    NicSettings before, after;  // of what was changed
    NicSettings foreign;        // what somebody else had changed; repaired where `after` has it
    bool gave_back = false;     // all of it, or some, is what nobody asks for any more
    NicSettings withheld;       // what is to be given back, and must not be yet
    bool lacks_rss = false;     // queues are to be kept out of a table that the driver does not have
  };

  // `is_free`: whether nobody uses the NIC's queues, so that what is not asked for any more can go; asked
  // when there is such a thing. PreparationError: a step failed, and those before it were undone. KernelError
  // ENODEV: the NIC has gone.
  Outcome settle(const NicDemand& demand, const std::function<bool()>& is_free);

  NicReading read() const { return read_settings(ethtool_, nic_.nic.ifindex, nic_.rx_queues); }
  const NicJournal& journal() const { return journal_; }

 private:
  void put(const NicSettings& step) const { put_setting(ethtool_, nic_.nic.ifindex, nic_.rx_queues, step); }
  void announce(const NicSettings& step, const NicSettings& present);
  std::string take(const NicSettings& step, const NicSettings& present);
  void finish(const NicPlan& plan, const NicSettings& present);
  void undo(const NicJournal& before, const NicSettings& start);
  void store();

  const kernel::Ethtool& ethtool_;
  const NicJournals& journals_;
  kernel::NicDetails nic_;
  NicJournal journal_;
  NicJournal stored_;  // on disk
};

}  // namespace rxlease::deviceplugin::prepare
