// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attachment/record/flow.h"
#include "kernel/ip.h"

namespace rxlease::cni {

enum class Verb { add, del, check, gc, status, version };

// The pod's identity as Kubernetes runtimes put it into CNI_ARGS; members are empty when absent.
struct PodIdentity {
  std::string pod_namespace;  // K8S_POD_NAMESPACE
  std::string name;           // K8S_POD_NAME
  std::string uid;            // K8S_POD_UID
};

// The CNI_* variables, read and checked. Members that the verb does not take are empty.
struct Environment {
  Verb verb = Verb::version;
  std::string container_id;                               // ADD, DEL, CHECK
  std::string netns;                                      // a path; ADD and CHECK always, DEL may lack it
  std::string ifname;                                     // ADD, DEL, CHECK
  std::vector<std::string> path;                          // CNI_PATH: where the IPAM plugin is looked for
  PodIdentity pod;                                        // ADD and CHECK, as the next
  std::optional<std::vector<attachment::Flow>> steering;  // RXLEASE_STEERING in CNI_ARGS: of this pod
  std::vector<kernel::IpAddress> requested_addresses;     // IP in CNI_ARGS, as IPAM plugins read it
  bool names_nothing = false;            // DEL: no ADD takes such a container id or interface name
  std::vector<std::string> passed_over;  // what is wrong with variables that DEL can do without
};

// Returns a variable's value, nullopt when it is not set.
using Variables = std::function<std::optional<std::string>(std::string_view name)>;

// Reads CNI_COMMAND and what its verb requires. Error 4 names every missing variable of the verb, or the one
// that is malformed, its value and what would be right. DEL reads no CNI_ARGS, which the pod may have
// written, takes a malformed CNI_NETNS for none, and has nothing to do where a name is malformed.
Environment read_environment(const Variables& variables);

}  // namespace rxlease::cni
