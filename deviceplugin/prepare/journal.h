// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "deviceplugin/prepare/settings.h"
#include "kernel/fd.h"

namespace rxlease::deviceplugin::prepare {

// The NIC that a journal is about, as long as it is plugged in: after a reboot, or plugged in again, it has
// its defaults, and an ifindex that was not given out before.
struct NicInstance {
  std::string boot_id;
  std::uint32_t ifindex = 0;

  bool operator==(const NicInstance&) const = default;
};

// What preparation has changed of a NIC, or is about to: what undoing it needs, whoever is killed.
struct NicJournal {
  NicInstance instance;
  NicSettings original;  // of each setting below, as it was before we touched it
  NicSettings set;       // that are in force, as we put them or found them
  NicSettings pending;   // that are being put; not empty: each setting is as in one of the three

  bool is_unfinished() const { return !pending.is_empty(); }

  // Whether a setting that is `now` so is as we left it. One that we never touched is nobody else's either.
  template <typename Value>
  bool is_ours(Value NicSettings::*setting, const Value& now) const {
    if (!(original.*setting)) return true;
    if ((set.*setting) && now == set.*setting) return true;
    return is_unfinished() && (now == original.*setting || now == pending.*setting);
  }

  bool operator==(const NicJournal&) const = default;
};

std::string to_json_text(const NicJournal& journal);

// nullopt: the text is no such journal.
std::optional<NicJournal> journal_from_json_text(std::string_view text);

// One file a NIC, <directory>/<NIC>.json, replaced in one step. KernelErrors: FileError.
class NicJournals {
 public:
  explicit NicJournals(std::string directory) : directory_(std::move(directory)) {}

  struct Listing {
    std::map<std::string, NicJournal> journals;  // by NIC
    std::set<std::string> unreadable;            // NICs
  };
  Listing list() const;  // empty while there is no directory

  void save(const std::string& nic, const NicJournal& journal) const;
  void remove(const std::string& nic) const;
  std::string path_of(const std::string& nic) const { return directory_ + "/" + nic + ".json"; }

  // Whoever prepares or restores NICs holds it meanwhile. nullopt while somebody else does. Makes the
  // directory.
  std::optional<kernel::Fd> try_lock() const;

 private:
  std::string directory_;
};

// <persistent directory>/nics
std::string journals_directory(const std::string& persistent_directory);

// The running kernel's.
std::string boot_id();

}  // namespace rxlease::deviceplugin::prepare
