// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "deviceplugin/pools/inventory.h"
#include "deviceplugin/prepare/bind_records.h"
#include "deviceplugin/prepare/plan/settings.h"
#include "kernel/netlink/netns.h"

namespace rxlease::deviceplugin::prepare {

// Tries whether memory can be bound to the queues of NICs, where pools have them for io_uring and devmem. A
// trial restarts a queue, which some drivers do not do without a short pause of the others: so each NIC is
// tried once, until it works, and not at all if a program has bound a queue of it. Anything else is tried
// again after a while, since rights, limits and some settings of NICs change.
class BindTrials {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::minutes retry_interval{10};

  // The answer of a trial on a queue that nobody has: see nic::probe_bind().
  using Try = std::function<nic::BindAnswer(const kernel::Nic& nic, std::uint32_t queue)>;
  // Ends the daemon's own leases on a NIC, by its ifindex.
  using LetGo = std::function<void(std::uint32_t ifindex)>;

  // `host`: the namespace that holds the NICs.
  BindTrials(kernel::Namespace& host, const std::string& state_directory, Try try_bind, LetGo let_go_of)
      : host_(host),
        records_(state_directory),
        try_bind_(std::move(try_bind)),
        let_go_of_(std::move(let_go_of)) {}

  // Tries what is to be tried. Returns verdicts against NICs that refuse. A queue of the snapshot may be
  // parked no more. KernelError: the records cannot be written.
  pools::Verdicts apply(const pools::Snapshot& snapshot);

  // The next apply() tries again at once what has not worked.
  void forget_failures() { tried_.clear(); }

 private:
  bool is_to_be_tried(const kernel::Nic& nic) const;
  void learn(const pools::Snapshot& snapshot, const nic::NicState& nic);
  std::optional<std::uint32_t> choose(const pools::Snapshot& snapshot, const nic::NicState& nic) const;

  kernel::Namespace& host_;
  BindRecords records_;
  Try try_bind_;
  LetGo let_go_of_;
  std::map<std::string, Clock::time_point> tried_;  // by NIC: the last trial
};

// A queue of the NIC to try: a pool's for io_uring and devmem that nobody has, by the kernel or by a record,
// and that RSS spreads no flows over. nullopt: there is none, or the kernel would refuse any with these
// settings.
std::optional<std::uint32_t> queue_to_try(const pools::Snapshot& snapshot, const nic::NicState& nic,
                                          const NicSettings& settings);

}  // namespace rxlease::deviceplugin::prepare
