// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "deviceplugin/ctl/show/overview.h"

namespace rxlease::deviceplugin::ctl {

// What the JSON of `show` and of `top` has in common: null where nothing is known, and the members of a pod.

inline nlohmann::ordered_json text_or_null(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

template <typename Value>
nlohmann::ordered_json or_null(const std::optional<Value>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

inline nlohmann::ordered_json pod_members(const Owner& owner) {
  return {{"podNamespace", text_or_null(owner.pod_namespace)},
          {"podName", text_or_null(owner.pod_name)},
          {"podUid", text_or_null(owner.pod_uid)},
          {"containerId", owner.container_id},
          {"netns", text_or_null(owner.netns)}};
}

}  // namespace rxlease::deviceplugin::ctl
