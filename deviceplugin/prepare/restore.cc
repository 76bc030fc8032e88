// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/restore.h"

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "attachment/record/attachment_store.h"
#include "deviceplugin/prepare/holder.h"
#include "deviceplugin/prepare/irq_follower.h"
#include "deviceplugin/prepare/napi_tuning.h"
#include "deviceplugin/prepare/settle.h"
#include "kernel/boot_id.h"
#include "kernel/error.h"

namespace rxlease::deviceplugin::prepare {

namespace {

// What became of one NIC.
struct Restored {
  bool done = true;
  std::string what;
};

std::string describe(const NicPreparation::Outcome& outcome) {
  std::string what;
  if (!outcome.after.is_empty()) what = "given back: " + describe_change(outcome.before, outcome.after);
  if (!outcome.foreign.is_empty()) {
    what.append(what.empty() ? "" : "; ").append("left alone, since somebody else has changed it: ");
    what += describe(outcome.foreign);
  }
  return what.empty() ? "as before already" : what;
}

// Gives one NIC after the other back.
class Restoration {
 public:
  Restoration(kernel::Namespace& host, const NicJournals& journals,
              std::vector<attachment::Attachment> attachments)
      : host_(host), journals_(journals), attachments_(std::move(attachments)) {}

  Restored restore(const kernel::NicDetails& nic, const NicJournal& journal) {
    const auto ethtool = kernel::Ethtool::open(host_.generic());
    if (!ethtool) return {false, "not given back: this kernel has no ethtool over netlink"};
    try {
      if (const auto holder = holder_of(host_, nic.nic, attachments_); !holder.empty()) {
        return {false, "not given back: " + holder + "; delete what uses it, and run this again"};
      }
      NicPreparation preparation(*ethtool, journals_, nic, journal);
      return {true, describe(preparation.settle({}, [] { return true; }))};
    } catch (const std::runtime_error& error) {
      return {false, std::string("not given back: ") + error.what()};
    }
  }

 private:
  kernel::Namespace& host_;
  const NicJournals& journals_;
  std::vector<attachment::Attachment> attachments_;
};

}  // namespace

bool restore_nics(kernel::Namespace& host, const std::string& sysfs, const config::Config& config,
                  std::ostream& out) {
  const NicJournals journals(journals_directory(config.persistent_directory));
  const auto lock = journals.try_lock();
  if (!lock) {
    throw std::runtime_error("the daemon runs, and would prepare the NICs again: end it first");
  }
  bool all = true;
  auto kept = give_back_irqs(host, sysfs, config.state_directory);
  kept.merge(NapiTuning(host, sysfs, config.state_directory).give_back());
  for (const auto& device : kept) {
    out << device.to_string() << ": its NAPI settings and its interrupt are not given back: the NIC is down; "
        << "set it up, and run this again\n";
    all = false;
  }
  const auto listing = journals.list();
  Restoration restoration(host, journals,
                          attachment::AttachmentStore(config.state_directory).list().attachments);
  const auto nics = kernel::list_nics(sysfs);
  const auto this_boot = kernel::boot_id();
  for (const auto& name : listing.unreadable) {
    out << name << ": not given back: " << journals.path_of(name) << " cannot be read\n";
    all = false;
  }
  for (const auto& [name, journal] : listing.journals) {
    const auto nic = std::ranges::find_if(
        nics, [&, &name = name](const auto& candidate) { return candidate.nic.name == name; });
    const bool is_there = nic != nics.end();
    if (journal.instance.boot_id != this_boot || (is_there && nic->nic.ifindex != journal.instance.ifindex)) {
      out << name << ": it has its defaults, since it was plugged in or the machine was started\n";
      journals.remove(name);
    } else if (!is_there) {
      out << name << ": it is not in this network namespace; if it comes back, run this again\n";
    } else {
      const auto restored = restoration.restore(*nic, journal);
      out << name << " (" << nic->nic.ifname << "): " << restored.what << "\n";
      all = all && restored.done;
    }
  }
  if (listing.journals.empty() && listing.unreadable.empty()) out << "no NIC is prepared\n";
  return all;
}

}  // namespace rxlease::deviceplugin::prepare
