// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "deviceplugin/config/config.h"
#include "kernel/device_id.h"
#include "kernel/nic.h"

namespace rxlease::deviceplugin::pools {

// Whether the pool's selectors take the NIC: each kind that is given must have a match.
bool selects(const config::Selectors& selectors, const kernel::NicDetails& nic);

// Which queues belong to which pool. A pool's choice on a NIC is made when the NIC is first seen and then
// kept, while the NIC is unplugged or has fewer channels too: kubelet must find the same ids again. The
// choices are kept in <state directory>/pools.json, so that they survive a restart of the daemon, and are
// made anew when the pool's queues or selectors are configured differently. KernelErrors when that file
// cannot be written.
class Selection {
 public:
  enum class Memory { kept, read_only };  // read_only: choices that are still to be made are not kept

  explicit Selection(const std::string& state_directory, Memory memory = Memory::kept);

  // Makes the choices that are still to be made; `nics` are those that the pool selects. Returns all devices
  // of the pool, in order of NIC and queue.
  std::vector<kernel::DeviceId> choose(const config::Pool& pool, const std::vector<kernel::NicDetails>& nics);

 private:
  struct Choice {
    std::string specification;                               // of the configuration that it was made for
    std::map<std::string, std::vector<std::uint32_t>> nics;  // queue ids by NIC
  };

  void load();
  void save() const;

  std::string path_;
  Memory memory_;
  std::map<std::string, Choice> choices_;  // by pool
};

}  // namespace rxlease::deviceplugin::pools
