// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/lease/lease.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace rxlease::examples {

namespace {

Lease read_lease(const std::string& folder) {
  const auto path = folder + "/lease.json";
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + " cannot be read: is this a queue of this pod?");
  const auto lease = nlohmann::json::parse(file);
  return {folder, lease.at("interface").get<std::string>(), lease.at("queue").get<std::uint32_t>(),
          lease.value("generation", std::uint32_t{1})};
}

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
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

LeaseWatch::LeaseWatch(std::vector<Lease> leases)
    : leases_(std::move(leases)), fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (fd_ < 0) fail("inotify_init1");
  for (const auto& lease : leases_) {
    if (inotify_add_watch(fd_, lease.folder.c_str(), IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE) < 0) {
      fail("watching " + lease.folder);
    }
  }
}

LeaseWatch::~LeaseWatch() {
  close(fd_);
}

// The daemon replaces the files one after the other, and each is missing for a moment.
bool LeaseWatch::has_changed() {
  std::array<char, 4096> events{};
  while (read(fd_, events.data(), events.size()) > 0) continue;
  std::vector<Lease> now;
  try {
    for (const auto& lease : leases_) now.push_back(read_lease(lease.folder));
  } catch (const std::exception&) {
    return false;
  }
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i].generation == leases_[i].generation) return false;
  }
  leases_ = std::move(now);
  return true;
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
