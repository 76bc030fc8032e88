// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "deviceplugin/prepare/plan/settings.h"
#include "kernel/fd.h"

namespace rxlease::deviceplugin::prepare {

// The life of a NIC that a journal is about. After a reboot, or when it is plugged in again, the NIC has its
// defaults and another ifindex.
struct NicInstance {
  std::string boot_id;
  std::uint32_t ifindex = 0;

  bool operator==(const NicInstance&) const = default;
};

// The settings of a NIC that preparation has changed or is about to change: all that undoing needs, even
// after a kill.
struct NicJournal {
  NicInstance instance;
  NicSettings original;  // each setting below as it was before we changed it
  NicSettings set;       // settings in force, as we set or found them
  NicSettings pending;  // settings of an attempt that has not ended; if not empty, each setting has its value
                        // in one of the three

  bool is_unfinished() const { return !pending.is_empty(); }

  // Whether the value `now` of a setting is ours. A setting that we never changed counts as ours.
  template <typename Value>
  bool is_ours(Value NicSettings::*setting, const Value& now) const {
    if (!(original.*setting)) return true;
    if ((set.*setting) && now == set.*setting) return true;
    return is_unfinished() && (now == original.*setting || now == pending.*setting);
  }

  // Whether something is set as no header split wants it, but XDP.
  bool is_for_xdp() const {
    return set.rx_gro_hw == false || set.tcp_data_split == kernel::TcpDataSplit::disabled || set.rx_buf_len ||
           set.tx_channels;
  }

  bool operator==(const NicJournal&) const = default;
};

std::string to_json_text(const NicJournal& journal);

// nullopt: the text is no journal.
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

  // The lock of whoever prepares or restores NICs. nullopt while another process holds it. Makes the
  // directory.
  std::optional<kernel::Fd> try_lock() const;

 private:
  std::string directory_;
};

// <persistent directory>/nics
std::string journals_directory(const std::string& persistent_directory);

}  // namespace rxlease::deviceplugin::prepare
