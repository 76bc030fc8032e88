// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/bind_records.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kernel/boot_id.h"
#include "kernel/files.h"

namespace rxlease::deviceplugin::prepare {

namespace {

using nic::Binding;
using nlohmann::json;

constexpr mode_t mode_of_records = 0600;  // only root's

const std::map<std::string, Binding>& words() {
  static const std::map<std::string, Binding> words{
      {"works", Binding::works}, {"refused", Binding::refused}, {"unknown", Binding::unknown}};
  return words;
}

std::string word_of(Binding binding) {
  return std::ranges::find(words(), binding, [](const auto& entry) { return entry.second; })->first;
}

}  // namespace

BindRecords::BindRecords(const std::string& state_directory)
    : path_(state_directory + "/binds.json"), boot_id_(kernel::boot_id()) {
  load();
}

const nic::BindAnswer* BindRecords::find(const kernel::Nic& nic) const {
  const auto found = records_.find(nic.name);
  const bool is_known =
      found != records_.end() && found->second.instance == NicInstance{boot_id_, nic.ifindex};
  return is_known ? &found->second.answer : nullptr;
}

void BindRecords::put(const kernel::Nic& nic, nic::BindAnswer answer) {
  records_[nic.name] = {{boot_id_, nic.ifindex}, std::move(answer)};
  save();
}

void BindRecords::load() {
  const auto records =
      json::parse(kernel::read_usable_file(path_).value_or("{}"), nullptr, /*allow_exceptions=*/false);
  try {
    for (const auto& [name, record] : records.items()) {
      records_[name] = {{record.at("bootId"), record.at("ifindex")},
                        {words().at(record.at("binding")), record.at("why")}};
    }
  } catch (const std::exception&) {  // of json, or an unknown word
    records_.clear();
  }
}

void BindRecords::save() const {
  json records = json::object();
  for (const auto& [name, record] : records_) {
    records[name] = {{"bootId", record.instance.boot_id},
                     {"ifindex", record.instance.ifindex},
                     {"binding", word_of(record.answer.binding)},
                     {"why", record.answer.why}};
  }
  kernel::replace_file(path_, records.dump(2) + "\n", mode_of_records);
}

bool serves_memory(const pools::PoolState& pool, const nic::NicState& nic) {
  return pool.use == config::PoolUse::memory_provider &&
         std::ranges::any_of(pool.devices,
                             [&](const auto& device) { return device.id.nic == nic.details.nic.name; });
}

pools::Verdicts refused_binds(const pools::Snapshot& snapshot, const BindRecords& records) {
  pools::Verdicts verdicts;
  for (const auto& nic : snapshot.nics) {
    const auto* answer = records.find(nic.details.nic);
    if (answer == nullptr || answer->binding != Binding::refused) continue;
    for (const auto& pool : snapshot.pools) {
      if (!serves_memory(pool, nic)) continue;
      verdicts.against_nic(
          nic.details.nic.name, pool.name,
          "its NIC leases queues, but no memory can be bound to them, as io_uring and devmem do: " +
              answer->why);
    }
  }
  return verdicts;
}

}  // namespace rxlease::deviceplugin::prepare
