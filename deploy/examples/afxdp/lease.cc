// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/afxdp/lease.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace rxlease::examples {

std::string folder_of(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* devices = std::getenv(name.c_str());
  if (devices == nullptr)
    throw std::runtime_error(name + " is not set: does the pod's spec ask for a queue?");
  const std::string ids = devices;
  auto folder = ids.substr(0, ids.find(','));
  std::ranges::replace(folder, ':', '_');
  return "/run/rxlease/" + folder;
}

Lease read_lease(const std::string& folder) {
  const auto path = folder + "/lease.json";
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + " cannot be read: is this a queue of this pod?");
  const auto lease = nlohmann::json::parse(file);
  return {lease.at("interface").get<std::string>(), lease.at("queue").get<std::uint32_t>()};
}

}  // namespace rxlease::examples
