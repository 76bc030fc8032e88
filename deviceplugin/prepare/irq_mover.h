// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "kernel/device_id.h"

namespace rxlease::deviceplugin::prepare {

// The interrupt of a queue, as the kernel tells it now.
struct QueueIrq {
  bool is_told = true;               // false: the NIC is down, and lists no queues
  std::optional<std::uint32_t> irq;  // absent: the queue has none, or is gone
};

// The affinity of interrupts: what kernel/irq.h does, or a test.
struct IrqFiles {
  std::function<std::optional<std::string>(std::uint32_t irq)> get;
  std::function<void(std::uint32_t irq, const std::string& cpus)> set;

  static IrqFiles of_kernel();
};

// Moves the interrupts of queues to CPUs, and moves them back. Keeps where they were in
// <state directory>/irq.json, so that a restarted daemon can move them back.
class IrqMover {
 public:
  using Cpus = std::map<kernel::DeviceId, std::string>;  // "2-3"
  using IrqOf = std::function<QueueIrq(const kernel::DeviceId&)>;

  IrqMover(IrqFiles files, const std::string& state_directory);

  // Moves the interrupts of the queues in `wanted` to their CPUs, and those of all others back, unless
  // somebody else has moved them since. Logs once why an interrupt cannot be moved. KernelError: irq.json
  // cannot be written.
  void apply(const Cpus& wanted, const IrqOf& irq_of);

  bool is_empty() const { return moves_.empty(); }  // nothing is to be moved back

  Cpus moved() const;  // where interrupts were moved to

 private:
  struct Move {
    std::uint32_t irq = 0;
    std::string before, cpus;
    bool operator==(const Move&) const = default;
  };

  void move(const kernel::DeviceId& device, std::uint32_t irq, const std::string& cpus);
  void try_to_move(const kernel::DeviceId& device, const QueueIrq& place, const std::string& cpus);
  bool move_back(const kernel::DeviceId& device, const Move& move, const QueueIrq& place) const;
  void put(const kernel::DeviceId& device, const std::optional<Move>& move);
  void load();
  void save() const;

  IrqFiles files_;
  std::string path_;
  std::map<kernel::DeviceId, Move> moves_;
  std::map<kernel::DeviceId, Move> refused_;  // what was tried in vain, and logged
};

}  // namespace rxlease::deviceplugin::prepare
