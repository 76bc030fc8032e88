// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/napi_tuning.h"

#include <nlohmann/json.hpp>

#include "deviceplugin/prepare/leased_queues.h"
#include "deviceplugin/prepare/queue_napi.h"
#include "deviceplugin/prepare/queue_records.h"
#include "kernel/error.h"

namespace rxlease::deviceplugin::prepare {

namespace {

using kernel::DeviceId;
using kernel::KernelError;
using kernel::NapiSettings;
using nlohmann::json;

// Calls `visit` with the name of each setting and where it is.
template <typename Visit>
void for_each_setting(Visit visit) {
  visit("defer-hard-irqs", &NapiSettings::defer_hard_irqs);
  visit("gro-flush-timeout", &NapiSettings::gro_flush_timeout);
  visit("irq-suspend-timeout", &NapiSettings::irq_suspend_timeout);
  visit("threaded", &NapiSettings::threaded);
}

// How a pool wants a queue's NAPI.
struct Wish {
  std::string pool;
  NapiSettings settings;
};

// What the pools want of their leased queues.
std::map<DeviceId, Wish> wanted_by(const config::Config& config, const pools::Snapshot& snapshot) {
  std::map<DeviceId, Wish> wanted;
  for (const auto& pool : config.pools) {
    if (!pool.napi) continue;
    for (const auto& device : leased_queues(snapshot, pool.name)) wanted[device] = {pool.name, *pool.napi};
  }
  return wanted;
}

}  // namespace

NapiTuning::NapiTuning(kernel::Namespace& host, std::string sysfs, const std::string& state_directory)
    : host_(host), sysfs_(std::move(sysfs)), path_(state_directory + "/napi.json") {
  load();
}

pools::Verdicts NapiTuning::apply(const config::Config& config, const pools::Snapshot& snapshot) {
  pools::Verdicts verdicts;
  const auto wanted = wanted_by(config, snapshot);
  if (wanted.empty() && before_.empty()) return verdicts;
  const auto netdev = kernel::Netdev::open(host_.generic());
  if (!netdev) return verdicts;
  const auto tuned = before_;
  for (const auto& [device, before] : tuned) {
    if (!wanted.contains(device)) set_back(*netdev, device);
  }
  for (const auto& [device, wish] : wanted) {
    try {
      const auto place = napi_of(*netdev, sysfs_, device);
      if (place.napi) tune(*netdev, device, wish.settings, *place.napi);
    } catch (const KernelError& error) {
      verdicts.about_pool(wish.pool, "napi of " + device.to_string() + ": " + error.what());
    }
  }
  return verdicts;
}

std::set<DeviceId> NapiTuning::give_back() {
  std::set<DeviceId> left;
  if (before_.empty()) return left;
  const auto netdev = kernel::Netdev::open(host_.generic());
  if (!netdev) return left;
  const auto tuned = before_;
  for (const auto& [device, before] : tuned) {
    if (!set_back(*netdev, device)) left.insert(device);
  }
  return left;
}

// Saves the earlier settings first, so that they can be reset even after a kill.
void NapiTuning::tune(const kernel::Netdev& netdev, const DeviceId& device, const Settings& wanted,
                      const Settings& now) {
  auto before = before_[device];
  Settings change;
  change.id = now.id;
  for_each_setting([&](const char*, auto setting) {
    auto& was = before.*setting;
    if (wanted.*setting && !was) was = now.*setting;
    const auto& target = wanted.*setting ? wanted.*setting : was;  // no longer wanted: reset
    if (target && target != now.*setting) change.*setting = target;
  });
  if (before != before_[device]) {
    before_[device] = before;
    save();
  }
  Settings nothing;
  nothing.id = now.id;
  if (change != nothing) netdev.napi_set(change);
}

// False: retry later, since a NIC that is down lists no NAPI. The settings of a NIC that is gone are gone
// too.
bool NapiTuning::set_back(const kernel::Netdev& netdev, const DeviceId& device) {
  const auto place = napi_of(netdev, sysfs_, device);
  if (!place.is_told) return false;
  auto settings = before_.at(device);
  if (place.napi) {
    settings.id = place.napi->id;
    try {
      netdev.napi_set(settings);
    } catch (const KernelError&) {  // the NAPI is gone, or already reset
    }
  }
  before_.erase(device);
  save();
  return true;
}

// If the file cannot be read, the settings stay as they are.
void NapiTuning::load() {
  const bool is_whole = read_queue_records(path_, [this](const DeviceId& device, const json& record) {
    for_each_setting([&](const char* name, auto setting) {
      auto& value = before_[device].*setting;
      if (record.contains(name)) value.emplace(record.at(name));
    });
  });
  if (!is_whole) before_.clear();
}

void NapiTuning::save() const {
  json records = json::object();
  for (const auto& [device, settings] : before_) {
    auto& record = records[device.to_string()] = json::object();
    for_each_setting([&, &values = settings](const char* name, auto setting) {
      if (values.*setting) record[name] = *(values.*setting);
    });
  }
  write_queue_records(path_, records);
}

}  // namespace rxlease::deviceplugin::prepare
