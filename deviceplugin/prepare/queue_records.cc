// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/prepare/queue_records.h"

#include <nlohmann/json.hpp>

#include "kernel/files.h"

namespace rxlease::deviceplugin::prepare {

namespace {

using nlohmann::json;

constexpr mode_t only_for_root = 0600;

}  // namespace

bool read_queue_records(const std::string& path,
                        const std::function<void(const kernel::DeviceId&, const json&)>& visit) {
  const auto records =
      json::parse(kernel::read_usable_file(path).value_or("{}"), nullptr, /*allow_exceptions=*/false);
  try {
    for (const auto& [text, record] : records.items()) {
      const auto device = kernel::DeviceId::parse(text);
      if (device) visit(*device, record);
    }
  } catch (const json::exception&) {
    return false;
  }
  return true;
}

void write_queue_records(const std::string& path, const json& records) {
  kernel::replace_file(path, records.dump(2) + "\n", only_for_root);
}

}  // namespace rxlease::deviceplugin::prepare
