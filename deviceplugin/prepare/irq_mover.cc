// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/irq_mover.h"

#include <spdlog/spdlog.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <set>

#include "deviceplugin/prepare/queue_records.h"
#include "kernel/error.h"
#include "kernel/irq.h"

namespace rxlease::deviceplugin::prepare {

namespace {

using kernel::DeviceId;
using kernel::KernelError;
using nlohmann::json;

}  // namespace

IrqFiles IrqFiles::of_kernel() {
  return {.get = kernel::irq_affinity, .set = kernel::set_irq_affinity};
}

IrqMover::IrqMover(IrqFiles files, const std::string& state_directory)
    : files_(std::move(files)), path_(state_directory + "/irq.json") {
  load();
}

void IrqMover::apply(const Cpus& wanted, const IrqOf& irq_of) {
  const auto moves = moves_;
  for (const auto& [device, move] : moves) {
    if (!wanted.contains(device) && move_back(device, move, irq_of(device))) put(device, std::nullopt);
  }
  std::erase_if(refused_, [&](const auto& refused) { return !wanted.contains(refused.first); });
  std::set<std::uint32_t> taken;
  for (const auto& [device, cpus] : wanted) {
    const auto place = irq_of(device);
    const bool is_shared = place.irq && !taken.insert(*place.irq).second;  // with a queue before
    if (place.is_told && !is_shared) try_to_move(device, place, cpus);
  }
}

IrqMover::Cpus IrqMover::moved() const {
  Cpus cpus;
  for (const auto& [device, move] : moves_) cpus[device] = move.cpus;
  return cpus;
}

void IrqMover::try_to_move(const DeviceId& device, const QueueIrq& place, const std::string& cpus) {
  const Move attempt{.irq = place.irq.value_or(0), .before = "", .cpus = cpus};
  const auto refused = refused_.find(device);
  if (refused != refused_.end() && refused->second == attempt) return;
  try {
    if (place.irq) {
      move(device, *place.irq, cpus);
      refused_.erase(device);
      return;
    }
    spdlog::warn(
        "irqAffinity of {}: its driver tells no interrupt for this queue, which therefore follows no CPU",
        device.to_string());
  } catch (const KernelError& error) {
    spdlog::warn("irqAffinity of {}: its interrupt {} stays where it is, and does not follow CPU {}: {}",
                 device.to_string(), *place.irq, cpus,
                 error.error() == EIO ? "the kernel manages it itself, or cannot move it" : error.what());
  }
  refused_[device] = attempt;
}

// Saves where the interrupt was first, so that it can be moved back even after a kill.
void IrqMover::move(const DeviceId& device, std::uint32_t irq, const std::string& cpus) {
  const auto now = files_.get(irq);
  if (!now) throw KernelError("read the affinity of interrupt " + std::to_string(irq), ENOENT);
  if (*now == cpus) return;
  const auto found = moves_.find(device);
  const auto earlier = found == moves_.end() ? std::nullopt : std::optional(found->second);
  const bool is_same = earlier && earlier->irq == irq;  // otherwise the NIC was reset
  put(device, Move{.irq = irq, .before = is_same ? earlier->before : *now, .cpus = cpus});
  try {
    files_.set(irq, cpus);
  } catch (const KernelError&) {
    put(device, earlier);
    throw;
  }
  spdlog::info("irqAffinity of {}: its interrupt {} follows its pod to CPU {}, from {}", device.to_string(),
               irq, cpus, *now);
}

// False: retry later. The interrupts of a NIC that was reset or is gone are gone too.
bool IrqMover::move_back(const DeviceId& device, const Move& move, const QueueIrq& place) const {
  if (!place.is_told) return false;
  if (place.irq != move.irq || files_.get(move.irq) != move.cpus) return true;
  try {
    files_.set(move.irq, move.before);
    spdlog::info("irqAffinity of {}: its interrupt {} is back at CPU {}", device.to_string(), move.irq,
                 move.before);
  } catch (const KernelError& error) {
    spdlog::warn("irqAffinity of {}: its interrupt {} cannot go back to CPU {}: {}", device.to_string(),
                 move.irq, move.before, error.what());
  }
  return true;
}

void IrqMover::put(const DeviceId& device, const std::optional<Move>& move) {
  if (move) {
    moves_[device] = *move;
  } else {
    moves_.erase(device);
  }
  save();
}

// If the file cannot be read, the interrupts stay where they are.
void IrqMover::load() {
  const bool is_whole = read_queue_records(path_, [this](const DeviceId& device, const json& record) {
    moves_[device] = {.irq = record.at("irq").get<std::uint32_t>(),
                      .before = record.at("before").get<std::string>(),
                      .cpus = record.at("cpus").get<std::string>()};
  });
  if (!is_whole) moves_.clear();
}

void IrqMover::save() const {
  json records = json::object();
  for (const auto& [device, move] : moves_) {
    records[device.to_string()] = {{"irq", move.irq}, {"before", move.before}, {"cpus", move.cpus}};
  }
  write_queue_records(path_, records);
}

}  // namespace rxlease::deviceplugin::prepare
