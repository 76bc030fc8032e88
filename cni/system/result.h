// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attachment/addressing/addressing.h"
#include "kernel/ip.h"

namespace rxlease::cni {

// The specification's success result, section "Success", in one form that serves every version.
struct Interface {
  std::string name;
  std::string mac;        // empty: the device has none
  std::uint32_t mtu = 0;  // bytes; 0: not known. 1.1.0 on
  std::string sandbox;    // netns path; empty: the host's
};

struct IpConfig {
  kernel::IpPrefix address;
  std::optional<kernel::IpAddress> gateway;
  std::optional<std::size_t> interface;  // index into Result::interfaces
};

using Route = attachment::PodRoute;  // before 1.1.0 only dst and gw

struct Result {
  std::vector<Interface> interfaces;
  std::vector<IpConfig> ips;
  std::vector<Route> routes;
  nlohmann::json dns;  // an object; null: none
};

// Reads a result that an IPAM plugin printed (which needs no interfaces) or that a runtime hands back in
// prevResult. `source` names its origin in errors ("prevResult", "ipam host-local"). Error 6 if it is no
// result at all, Error 7, naming field and value, for a wrong member.
Result parse_result(const nlohmann::json& json, std::string_view source);

// The result in the form of `cni_version`: only "0.3.1" and "0.4.0" have ips[].version, only "1.1.0" has mtu
// and the further fields of routes.
nlohmann::json to_json(const Result& result, std::string_view cni_version);

// An interface of a plugin behind others, with its addresses, whose index into the interfaces is filled in.
struct AddedInterface {
  Interface interface;
  std::vector<IpConfig> ips;
};

// `prev_result` with one more interface and its addresses, everything else in it as it was. Returns the
// interface's index too.
struct Appended {
  nlohmann::json result;
  std::size_t interface;
};
Appended append_interface(const nlohmann::json& prev_result, const AddedInterface& added,
                          std::string_view cni_version);

}  // namespace rxlease::cni
