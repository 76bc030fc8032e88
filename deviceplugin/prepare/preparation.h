// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/prepare/metrics.h"
#include "deviceplugin/prepare/settle.h"
#include "kernel/netlink/netns.h"

namespace rxlease::deviceplugin::prepare {

// Keeps the NICs of the pools prepared. Resets settings that no pool asks for any more, once nobody uses a
// queue of the NIC. Reports a setting that somebody else changes once, and changes it back if a pool says so.
class Preparation {
 public:
  using Clock = std::chrono::steady_clock;

  // Holds the lock of the journals in `persistent_directory`; std::runtime_error: another process holds it.
  // `sysfs`: the mount point that shows the namespace.
  Preparation(kernel::Namespace& host, std::string sysfs, const std::string& persistent_directory,
              prometheus::Registry& registry);

  // The daemon's own leases on NICs: which they are, and what ends those on a NIC, by its ifindex.
  struct Guard {
    nic::IsParked is_parked;
    std::function<void(std::uint32_t ifindex)> let_go_of;
  };
  void heed(Guard guard) { guard_ = std::move(guard); }

  // NICs, by name, whose drivers refuse an XDP program: prepare() makes of them what such drivers ask for.
  void heed_refusals_of_xdp(std::set<std::string> nics) { xdp_refused_ = std::move(nics); }

  struct Result {
    bool changed = false;      // a NIC was changed: another scan is due
    pools::Verdicts verdicts;  // against NICs that are not as their pools want them
  };

  // Prepares each NIC, or gives it back. A NIC that fails does not keep the others from it.
  Result prepare(const config::Config& config, const pools::Snapshot& snapshot);

  // The next prepare() retries at once what has failed.
  void forget_failures() { failures_.clear(); }

  // When prepare() has something to do that no notification announces.
  std::optional<Clock::time_point> due() const { return due_; }

 private:
  // An attempt that failed. Since each attempt may disturb traffic, the retry waits, unless the NIC or the
  // demand has changed.
  struct Failure {
    std::uint32_t ifindex = 0;
    NicDemand demand;
    NicSettings present;
    std::string reason;
    std::chrono::seconds pause{0};
    Clock::time_point again;
  };

  bool settle(const kernel::Ethtool& ethtool, const kernel::NicDetails& nic, const PooledDemand& pooled,
              const std::vector<attachment::Attachment>& attachments);
  bool is_xdp_refused(const std::string& nic) const;
  NicJournal journal_of(const kernel::NicDetails& nic);  // removes one of another instance
  bool must_wait(const kernel::NicDetails& nic, const PooledDemand& pooled,
                 const NicPreparation& preparation);
  // Without repair, and without putting back, right after the last time.
  NicDemand without_haste(NicDemand demand, const std::string& nic);
  void read_journals();
  void keep(const std::string& nic, const NicJournal& journal);
  void report(const kernel::NicDetails& nic, const NicPreparation::Outcome& outcome);
  void report_foreign(const kernel::NicDetails& nic, const PooledDemand& pooled,
                      const NicPreparation::Outcome& outcome, const NicJournal& was);
  void remember_failure(const kernel::NicDetails& nic, const PooledDemand& pooled, const NicSettings& present,
                        const std::string& reason);
  void blame(const std::string& nic, const PooledDemand& pooled, const std::string& reason);
  bool is_news(const std::string& about, const std::string& message);
  void wake_at(Clock::time_point time);

  kernel::Namespace& host_;
  std::string sysfs_;
  NicJournals files_;
  kernel::Fd lock_;
  std::string boot_id_;
  Guard guard_;
  std::set<std::string> xdp_refused_;
  std::map<std::string, NicJournal> journals_;  // as on disk: nobody else writes them
  std::set<std::string> unreadable_;
  std::map<std::string, Failure> failures_;
  std::map<std::string, Clock::time_point> repairs_;  // when each NIC was repaired last
  std::map<std::string, std::string> told_;  // the last message about each NIC, so that it is not repeated
  pools::Verdicts verdicts_;                 // of prepare() as it goes
  std::optional<Clock::time_point> due_;
  PreparationMetrics metrics_;
};

}  // namespace rxlease::deviceplugin::prepare
