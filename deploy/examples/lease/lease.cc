// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/lease/lease.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace rxlease::examples {

namespace {

Lease read_lease(const std::string& folder) {
  const auto path = folder + "/lease.json";
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + " cannot be read: is this a queue of this pod?");
  const auto lease = nlohmann::json::parse(file);
  return {folder, lease.at("interface").get<std::string>(), lease.at("queue").get<std::uint32_t>()};
}

}  // namespace

bool names_leases(const std::string& text) {
  return text.starts_with('/') || text.starts_with("RXLEASE_DEVICES_");
}

std::vector<Lease> leases_named_by(const std::string& name) {
  if (name.starts_with('/')) return {read_lease(name)};
  const char* devices = std::getenv(name.c_str());
  if (devices == nullptr) {
    throw std::runtime_error(name + " is not set: does the container's resources.limits ask for a queue?");
  }
  std::vector<Lease> leases;
  std::istringstream ids(devices);
  for (std::string id; std::getline(ids, id, ',');) {
    std::ranges::replace(id, ':', '_');
    leases.push_back(read_lease("/run/rxlease/" + id));
  }
  if (leases.empty()) throw std::runtime_error(name + " names no device");
  return leases;
}

Queues queues_of(const std::vector<Lease>& leases) {
  Queues found{.interface = leases.at(0).interface, .queues = {}};
  for (const auto& lease : leases) {
    if (lease.interface != found.interface) {
      throw std::runtime_error("the queues are of two interfaces, " + found.interface + " and " +
                               lease.interface + ": this program receives on one");
    }
    found.queues.push_back(lease.queue);
  }
  return found;
}

}  // namespace rxlease::examples
