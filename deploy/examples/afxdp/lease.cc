// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/afxdp/lease.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace rxlease::examples {

Lease read_lease(const std::string& folder) {
  const auto path = folder + "/lease.json";
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + " cannot be read: is this a queue of this pod?");
  const auto lease = nlohmann::json::parse(file);
  return {lease.at("interface").get<std::string>(), lease.at("queue").get<std::uint32_t>()};
}

}  // namespace rxlease::examples
