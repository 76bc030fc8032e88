// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/napi.h"

#include <cstdint>

#include "deviceplugin/config/words.h"

namespace rxlease::deviceplugin::config {

namespace {

constexpr IntegerRange polls{0, INT32_MAX, "polls"};
constexpr IntegerRange nanoseconds{0, UINT32_MAX, "nanoseconds"};

}  // namespace

std::optional<kernel::NapiSettings> read_napi(const ValueReader& value) {
  const auto before = value.problems().size();
  auto map = value.map();
  if (!map) return std::nullopt;
  kernel::NapiSettings napi;
  if (const auto count = map->find("deferHardIrqs")) napi.defer_hard_irqs = count->integer(polls);
  if (const auto timeout = map->find("groFlushTimeoutNs")) {
    napi.gro_flush_timeout = timeout->integer(nanoseconds);
  }
  if (const auto timeout = map->find("irqSuspendTimeoutNs")) {
    napi.irq_suspend_timeout = timeout->integer(nanoseconds);
  }
  if (const auto threaded = map->find("threaded")) napi.threaded = threaded->choice(napi_threaded_words);
  map->refuse_unread();
  if (before != value.problems().size()) return std::nullopt;
  if (napi != kernel::NapiSettings{}) return napi;
  value.refuse("sets nothing",
               "leave it out, or set deferHardIrqs, groFlushTimeoutNs, irqSuspendTimeoutNs or threaded");
  return std::nullopt;
}

std::string napi_to_yaml(const std::optional<kernel::NapiSettings>& napi) {
  if (!napi) return "";
  std::string members;
  const auto add = [&](const char* name, const std::string& value) {
    members.append(members.empty() ? "" : ", ").append(name).append(": ").append(value);
  };
  if (napi->defer_hard_irqs) add("deferHardIrqs", std::to_string(*napi->defer_hard_irqs));
  if (napi->gro_flush_timeout) add("groFlushTimeoutNs", std::to_string(*napi->gro_flush_timeout));
  if (napi->irq_suspend_timeout) add("irqSuspendTimeoutNs", std::to_string(*napi->irq_suspend_timeout));
  if (napi->threaded) add("threaded", std::string(word_for(napi_threaded_words, *napi->threaded)));
  return "    napi: { " + members + " }\n";
}

}  // namespace rxlease::deviceplugin::config
