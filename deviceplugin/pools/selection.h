// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "deviceplugin/config/config.h"
#include "kernel/device_id.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::pools {

// Whether the selectors match the NIC: each kind that is given must match.
bool selects(const config::Selectors& selectors, const kernel::NicDetails& nic);

// Which queues belong to which pool. A pool's queues of a NIC are chosen when the NIC is first seen. The
// choice stays while the NIC is unplugged or has fewer channels, since kubelet must find the same ids again.
// It is kept in <state directory>/pools.json, so that it survives a restart of the daemon, and is made anew
// when the pool's queues or selectors change. KernelError: the file cannot be written.
class Selection {
 public:
  enum class Memory { kept, read_only };  // read_only: new choices are not saved

  explicit Selection(const std::string& state_directory, Memory memory = Memory::kept);

  // Chooses queues of NICs that are new; `nics` are those that the pool selects. Returns all devices
  // of the pool, in order of NIC and queue.
  std::vector<kernel::DeviceId> choose(const config::Pool& pool, const std::vector<kernel::NicDetails>& nics);

 private:
  struct Choice {
    std::string specification;                               // of the pool when the choice was made
    std::map<std::string, std::vector<std::uint32_t>> nics;  // queue ids by NIC
  };

  void load();
  void save() const;

  std::string path_;
  Memory memory_;
  std::map<std::string, Choice> choices_;  // by pool
};

}  // namespace rxlease::deviceplugin::pools
