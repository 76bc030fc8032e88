// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernel/device_id.h"

namespace rxlease::deviceplugin {

inline std::vector<std::string> names(const std::vector<kernel::DeviceId>& ids) {
  std::vector<std::string> texts;
  for (const auto& id : ids) texts.push_back(id.to_string());
  return texts;
}

}  // namespace rxlease::deviceplugin
