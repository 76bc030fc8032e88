// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

struct Route {
  kernel::IpPrefix dst;
  std::optional<kernel::IpAddress> gw;
  // 1.1.0 on
  std::optional<std::uint32_t> mtu, advmss, priority, table, scope;
};

struct Result {
  std::vector<Interface> interfaces;
  std::vector<IpConfig> ips;
  std::vector<Route> routes;
  nlohmann::json dns;  // an object; null: none
};

// Reads a result as an IPAM plugin prints it (no interfaces needed) or as a runtime hands it back in
// prevResult. `source` names its origin in errors ("prevResult", "ipam host-local"). Error 6 for what is no
// result at all, 7 naming the field and its value otherwise.
Result parse_result(const nlohmann::json& json, std::string_view source);

// The result in the form of `cni_version`: "0.3.1" and "0.4.0" carry ips[].version, "1.1.0" alone mtu and the
// routes' further fields.
nlohmann::json to_json(const Result& result, std::string_view cni_version);

// `prev_result` with one more interface, everything else in it as it was. Returns the interface's index too.
struct Appended {
  nlohmann::json result;
  std::size_t interface;
};
Appended append_interface(const nlohmann::json& prev_result, const Interface& interface,
                          std::string_view cni_version);

}  // namespace rxlease::cni
