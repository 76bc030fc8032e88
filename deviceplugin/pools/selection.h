// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "deviceplugin/config/config.h"
#include "kernel/device_id.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::pools {

// Whether the selectors match the NIC: each kind that is given must match.
bool selects(const config::Selectors& selectors, const kernel::NicDetails& nic);

// A queue of a pool.
struct ChosenQueue {
  kernel::DeviceId id;
  std::string nic;           // its NIC's present name; differs from id.nic if the NIC was named later
  bool is_leftover = false;  // of an earlier choice: it leaves the pool once no pod has it

  kernel::DeviceId present_id() const { return {nic, id.queue}; }
};

// Which queues belong to which pool. The choice is made anew whenever a NIC, its names, its channels or the
// pool's queues or selectors change. It stays while a NIC is unplugged, since kubelet must find the same ids
// again. A queue that a pod still has stays, as a leftover, until it is free. The choice is kept in
// <state directory>/pools.json, so that it survives a restart of the daemon. KernelError: the file cannot be
// written.
class Selection {
 public:
  // read_only: the file is the daemon's; it is read each time, and new choices are not saved.
  enum class Memory { kept, read_only };
  using IsHeld = std::function<bool(const kernel::DeviceId&)>;

  explicit Selection(const std::string& state_directory, Memory memory = Memory::kept);

  // The pool's queues, in order of their ids. `nics`: all NICs of the node that the pool selects or that it
  // remembers. `is_held`: whether a pod has the queue; called only for queues that could leave the pool.
  std::vector<ChosenQueue> choose(const config::Pool& pool, const std::vector<kernel::NicDetails>& nics,
                                  const IsHeld& is_held);

  // Whether the pool has chosen queues of this NIC, under its present name or an earlier one.
  bool remembers(const config::Pool& pool, const kernel::Nic& nic) const;

 private:
  struct NicChoice {
    std::uint32_t ifindex = 0;  // when it was last there
    std::vector<std::uint32_t> queues;
    std::set<std::uint32_t> leftovers;

    void retire();  // makes leftovers of all queues
    bool operator==(const NicChoice&) const = default;
  };
  struct Choice {
    std::string specification;              // of the pool when the choice was made
    std::map<std::string, NicChoice> nics;  // by name

    bool has_leftover(const std::string& nic, std::uint32_t queue) const;
    bool operator==(const Choice&) const = default;
  };

  using Choices = std::map<std::string, Choice>;  // by pool

  static void renew(Choice& choice, const config::Pool& pool, const std::vector<kernel::NicDetails>& nics);
  static void log_change(const std::string& pool, const Choice& before, const Choice& after);
  void keep(const std::string& pool, const Choice& choice);
  void load();
  void save(const Choices& choices) const;

  std::string path_;
  Memory memory_;
  Choices choices_;
};

}  // namespace rxlease::deviceplugin::pools
