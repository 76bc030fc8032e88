// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/lease/lease.h"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "deviceplugin/ctl/ask/ask.h"
#include "proto/node.h"

namespace rxlease::deviceplugin::ctl {

namespace {

// The daemon waits at most ten seconds to begin, and as long for locks of the records.
const Asker asker{"lease", std::chrono::seconds(30)};

// Namespace and name of "shop/web-0" or "web-0".
std::pair<std::string, std::string> names_of(const std::string& pod) {
  const auto slash = pod.find('/');
  if (slash == std::string::npos) return {"default", pod};
  return {pod.substr(0, slash), pod.substr(slash + 1)};
}

template <typename Question>
proto::LeaseAnswer ask(const std::string& state_directory, const Question& question) {
  try {
    return proto::parse_lease_answer(ask_daemon(state_directory, proto::to_message(question), asker));
  } catch (const proto::NodeError& error) {
    throw std::runtime_error(std::string(error.what()) + "; " + error.remedy());
  }
}

std::string describe(const std::vector<proto::LeaseAnswer::Lease>& leases) {
  std::string text;
  for (const auto& lease : leases) {
    text += (text.empty() ? "" : ", ") + std::string("queue ") + std::to_string(lease.queue) + " leases " +
            lease.device.to_string();
  }
  return text;
}

}  // namespace

std::string add_lease(const std::string& state_directory, const AddLease& wanted) {
  const auto [pod_namespace, name] = names_of(wanted.pod);
  const auto answer = ask(state_directory, proto::AddLeaseQuestion{.pod_namespace = pod_namespace,
                                                                   .pod_name = name,
                                                                   .pool = wanted.pool,
                                                                   .queues = wanted.queues,
                                                                   .interface = wanted.interface,
                                                                   .steering = wanted.steering});
  return pod_namespace + "/" + name + " has " + answer.interface + ": " + describe(answer.leases);
}

std::string remove_lease(const std::string& state_directory, const std::string& pod,
                         const std::string& interface) {
  const auto [pod_namespace, name] = names_of(pod);
  const auto answer = ask(state_directory, proto::RemoveLeaseQuestion{pod_namespace, name, interface});
  const auto count = answer.leases.size();
  return pod_namespace + "/" + name + " has no " + answer.interface + " any more, and the pool has " +
         std::to_string(count) + (count == 1 ? " queue" : " queues") + " back";
}

}  // namespace rxlease::deviceplugin::ctl
