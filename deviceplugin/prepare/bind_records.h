// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "deviceplugin/nic/bind_probe.h"
#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/pools/verdicts.h"
#include "deviceplugin/prepare/plan/journal.h"

namespace rxlease::deviceplugin::prepare {

// What is known of whether memory can be bound to the queues of NICs, by the names of these. Kept in <state
// directory>/binds.json, so that a restarted daemon restarts no queue again, and for rxleasectl.
class BindRecords {
 public:
  // A file that cannot be read tells nothing.
  explicit BindRecords(const std::string& state_directory);

  // Null: nothing is known of the NIC as it was plugged in last.
  const nic::BindAnswer* find(const kernel::Nic& nic) const;

  // KernelError: the file cannot be written.
  void put(const kernel::Nic& nic, nic::BindAnswer answer);

 private:
  struct Record {
    NicInstance instance;
    nic::BindAnswer answer;
  };

  void load();
  void save() const;

  std::string path_;
  std::string boot_id_;
  std::map<std::string, Record> records_;
};

// Whether the pool has queues of the NIC for memory of programs.
bool serves_memory(const pools::PoolState& pool, const nic::NicState& nic);

// Verdicts against NICs of such pools to which no memory can be bound.
pools::Verdicts refused_binds(const pools::Snapshot& snapshot, const BindRecords& records);

}  // namespace rxlease::deviceplugin::prepare
