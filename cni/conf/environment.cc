// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/environment.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "cni/conf/requested_address.h"
#include "cni/spec/error.h"
#include "cni/spec/names.h"
#include "text/display.h"

namespace rxlease::cni {

namespace {

using attachment::Flow;

constexpr std::array<std::pair<std::string_view, Verb>, 6> verbs{{{"ADD", Verb::add},
                                                                  {"DEL", Verb::del},
                                                                  {"CHECK", Verb::check},
                                                                  {"GC", Verb::gc},
                                                                  {"STATUS", Verb::status},
                                                                  {"VERSION", Verb::version}}};

// To the specification an empty variable is one that is not set.
std::string value_of(const Variables& variables, std::string_view name) {
  return variables(name).value_or(std::string());
}

[[noreturn]] void refuse(const std::string& variable, const std::string& value, const std::string& what,
                         const std::string& remedy) {
  throw Error(Code::invalid_environment, variable + ": " + text::display(value) + " is " + what, remedy);
}

Verb read_verb(const Variables& variables) {
  const auto value = value_of(variables, "CNI_COMMAND");
  const auto* const found =
      std::ranges::find_if(verbs, [&](const auto& verb) { return verb.first == value; });
  if (found != verbs.end()) return found->second;
  const std::string remedy = "set CNI_COMMAND to ADD, DEL, CHECK, GC, STATUS or VERSION";
  if (value.empty()) throw Error(Code::invalid_environment, "CNI_COMMAND is not set", remedy);
  refuse("CNI_COMMAND", value, "not a verb of the CNI specification", remedy);
}

void require(const Variables& variables, std::initializer_list<std::string_view> names) {
  std::string missing;
  for (const auto name : names) {
    if (value_of(variables, name).empty()) missing.append(missing.empty() ? "" : ", ").append(name);
  }
  if (missing.empty()) return;
  const auto verb = value_of(variables, "CNI_COMMAND");
  throw Error(Code::invalid_environment, verb + " lacks " + missing,
              "the runtime has to set " + missing + " when it calls " + verb);
}

std::string read_container_id(const Variables& variables) {
  auto value = value_of(variables, "CNI_CONTAINERID");
  if (!is_cni_name(value)) {
    refuse("CNI_CONTAINERID", value, "not a container id", std::string(cni_name_rule));
  }
  return value;
}

std::string read_ifname(const Variables& variables) {
  auto value = value_of(variables, "CNI_IFNAME");
  if (!is_interface_name(value)) {
    refuse("CNI_IFNAME", value, "not an interface name", std::string(interface_name_rule));
  }
  return value;
}

std::string read_netns(const Variables& variables) {
  auto value = value_of(variables, "CNI_NETNS");
  if (!value.empty() && (value.front() != '/' || !is_printable(value))) {
    refuse("CNI_NETNS", value, "not the path of a network namespace",
           "use an absolute path of printable characters, such as /var/run/netns/NAME");
  }
  return value;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

std::vector<std::string> read_path(const Variables& variables) {
  auto directories = split(value_of(variables, "CNI_PATH"), ':');
  std::erase(directories, "");  // it would mean the working directory
  return directories;
}

// The identity goes into records and messages. Kubernetes' own names have at most 253 characters.
void read_identity(std::string& member, const std::string& key, const std::string& value) {
  constexpr std::size_t longest = 253;
  if (value.empty()) return;
  const auto variable = "CNI_ARGS: " + key;
  if (!member.empty()) refuse(variable, value, "its second value", "give " + key + " once");
  if (value.size() > longest || !is_printable(value)) {
    refuse(variable, value, "not a name of Kubernetes",
           "use at most 253 printable characters without spaces");
  }
  member = value;
}

void read_steering(std::optional<std::vector<Flow>>& member, const std::string& key,
                   const std::string& value) {
  const auto variable = "CNI_ARGS: " + key;
  if (member) refuse(variable, value, "its second value", "give " + key + " once");
  auto& flows = member.emplace();
  for (const auto& part : split(value, ',')) {
    if (flows.size() == attachment::most_flows) {
      refuse(variable, part, "one flow too many", "name at most " + std::to_string(attachment::most_flows));
    }
    const auto flow = attachment::parse_flow(part);
    if (!flow) {
      refuse(variable, part, "not a flow",
             "use PROTOCOL/PORTS[@SRCPREFIX], separated by commas: tcp/5201,udp/6000-6003@10.0.0.0/8");
    }
    if (std::ranges::any_of(flows, [&](const Flow& other) { return other.overlaps(*flow); })) {
      refuse(variable, part, "a flow with ports of another one",
             "name each port once for a protocol and source");
    }
    flows.push_back(*flow);
  }
  if (flows.empty()) refuse(variable, value, "no flow", "name one: tcp/5201, or leave " + key + " out");
}

// What is no address the IPAM plugin refuses.
void read_requested_addresses(std::vector<kernel::IpAddress>& addresses, const std::string& value) {
  for (const auto& part : split(value, ',')) {
    if (const auto address = parse_requested_address(part)) addresses.push_back(*address);
  }
}

void read_args(const Variables& variables, Environment& environment) {
  auto& pod = environment.pod;
  for (const auto& part : split(value_of(variables, "CNI_ARGS"), ';')) {
    const auto equals = part.find('=');
    if (equals == std::string::npos || equals == 0) {
      refuse("CNI_ARGS", part, "not a key with a value", "use KEY=VALUE;KEY=VALUE");
    }
    const auto key = part.substr(0, equals);
    const auto value = part.substr(equals + 1);
    // Runtimes send other keys too (IgnoreUnknown, K8S_POD_INFRA_CONTAINER_ID, …), which we ignore.
    if (key == "K8S_POD_NAMESPACE") read_identity(pod.pod_namespace, key, value);
    if (key == "K8S_POD_NAME") read_identity(pod.name, key, value);
    if (key == "K8S_POD_UID") read_identity(pod.uid, key, value);
    if (key == "RXLEASE_STEERING") read_steering(environment.steering, key, value);
    if (key == "IP") read_requested_addresses(environment.requested_addresses, value);
  }
}

// What an ADD would refuse is no reason to keep a pod from ending. False where `read` refuses.
template <typename Read>
bool read_for_del(Environment& environment, Read read) {
  try {
    read();
    return true;
  } catch (const Error& error) {
    environment.passed_over.emplace_back(error.what());
    return false;
  }
}

void read_attachment(const Variables& variables, Environment& environment) {
  environment.container_id = read_container_id(variables);
  environment.ifname = read_ifname(variables);
  environment.netns = read_netns(variables);
  read_args(variables, environment);
}

void read_attachment_of_del(const Variables& variables, Environment& environment) {
  environment.names_nothing = !read_for_del(environment, [&] {
    environment.container_id = read_container_id(variables);
    environment.ifname = read_ifname(variables);
  });
  // The record has a path too.
  read_for_del(environment, [&] { environment.netns = read_netns(variables); });
}

}  // namespace

Environment read_environment(const Variables& variables) {
  Environment environment;
  environment.verb = read_verb(variables);
  if (environment.verb == Verb::version) return environment;
  environment.path = read_path(variables);
  switch (environment.verb) {
    case Verb::add:
    case Verb::check:
      require(variables, {"CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME"});
      read_attachment(variables, environment);
      break;
    case Verb::del:
      require(variables, {"CNI_CONTAINERID", "CNI_IFNAME"});
      read_attachment_of_del(variables, environment);
      break;
    case Verb::gc:
    case Verb::status:
    case Verb::version:
      break;
  }
  return environment;
}

}  // namespace rxlease::cni
