// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace rxlease::deviceplugin::ctl {

// What is to be lent to a pod that runs.
struct AddLease {
  std::string pod;  // "shop/web-0"; without a namespace that of "default"
  std::string pool;
  std::size_t queues = 1;
  std::string interface;
  std::vector<std::string> steering;  // "tcp/5201"
};

// Asks the daemon to lend it. Returns what the pod has then, as a sentence. std::runtime_error, with a
// remedy: the daemon refuses, or does not answer.
std::string add_lease(const std::string& state_directory, const AddLease& wanted);

// Asks the daemon to take an interface back that add_lease() made. Returns and throws likewise.
std::string remove_lease(const std::string& state_directory, const std::string& pod,
                         const std::string& interface);

}  // namespace rxlease::deviceplugin::ctl
