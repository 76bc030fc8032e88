// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/blueprint.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "attachment/record/steering.h"

namespace rxlease::attachment {

namespace {

using kernel::IpAddress;
using kernel::IpPrefix;
using kernel::Route;
using nlohmann::json;

constexpr int version = 1;
constexpr std::uint32_t largest_mtu = std::numeric_limits<std::int32_t>::max();

template <typename Number>
Number number_from(const json& value, Number most = std::numeric_limits<Number>::max()) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most) {
    throw json::type_error::create(302, "no number of this kind", &value);
  }
  return value.get<Number>();
}

template <typename Number>
void read_number(const json& object, const char* key, std::optional<Number>& into) {
  if (object.contains(key)) into = number_from<Number>(object[key]);
}

template <typename T>
T address_in(const json& text) {
  const auto value = T::parse(text.get<std::string>());
  if (!value) throw json::type_error::create(302, "no address", &text);
  return *value;
}

template <typename T>
void read_address(const json& object, const char* key, std::optional<T>& into) {
  if (object.contains(key)) into = address_in<T>(object[key]);
}

// One of the values of an enumeration, by the kernel's number of it.
template <typename Enum>
Enum value_from(const json& object, const char* key, Enum first, Enum second) {
  for (const auto value : {first, second}) {
    if (object.at(key) == static_cast<std::underlying_type_t<Enum>>(value)) return value;
  }
  throw json::type_error::create(302, "no such value", &object);
}

template <typename Enum>
auto kernels_number(Enum value) {
  return static_cast<std::underlying_type_t<Enum>>(value);
}

json to_json(const NetkitSpec& spec) {
  json object{{"pairing", kernels_number(spec.pairing)},
              {"mode", kernels_number(spec.mode)},
              {"policy", kernels_number(spec.policy)},
              {"peerPolicy", kernels_number(spec.peer_policy)},
              {"scrub", kernels_number(spec.scrub)},
              {"peerScrub", kernels_number(spec.peer_scrub)},
              {"headroom", spec.headroom},
              {"tailroom", spec.tailroom},
              {"mtu", spec.mtu}};
  if (spec.mac) object["mac"] = spec.mac->to_string();
  if (spec.host_mac) object["hostMac"] = spec.host_mac->to_string();
  return object;
}

NetkitSpec netkit_from(const json& object) {
  using kernel::NetkitMode;
  using kernel::NetkitPairing;
  using kernel::NetkitPolicy;
  using kernel::NetkitScrub;
  NetkitSpec spec;
  spec.pairing = value_from(object, "pairing", NetkitPairing::pair, NetkitPairing::single);
  spec.mode = value_from(object, "mode", NetkitMode::l2, NetkitMode::l3);
  spec.policy = value_from(object, "policy", NetkitPolicy::forward, NetkitPolicy::blackhole);
  spec.peer_policy = value_from(object, "peerPolicy", NetkitPolicy::forward, NetkitPolicy::blackhole);
  spec.scrub = value_from(object, "scrub", NetkitScrub::none, NetkitScrub::standard);
  spec.peer_scrub = value_from(object, "peerScrub", NetkitScrub::none, NetkitScrub::standard);
  spec.headroom = number_from<std::uint16_t>(object.at("headroom"));
  spec.tailroom = number_from<std::uint16_t>(object.at("tailroom"));
  spec.mtu = number_from<std::uint32_t>(object.at("mtu"), largest_mtu);
  read_address(object, "mac", spec.mac);
  read_address(object, "hostMac", spec.host_mac);
  return spec;
}

json to_json(const Route& route) {
  json object{{"dst", route.dst.to_string()}, {"table", route.table}};
  if (route.gateway) object["gateway"] = route.gateway->to_string();
  if (route.prefsrc) object["prefsrc"] = route.prefsrc->to_string();
  if (route.mtu) object["mtu"] = *route.mtu;
  if (route.advmss) object["advmss"] = *route.advmss;
  if (route.priority) object["priority"] = *route.priority;
  if (route.scope) object["scope"] = *route.scope;
  return object;
}

Route route_from(const json& object) {
  Route route;
  route.dst = address_in<IpPrefix>(object.at("dst"));
  route.table = number_from<std::uint32_t>(object.at("table"));
  read_address(object, "gateway", route.gateway);
  read_address(object, "prefsrc", route.prefsrc);
  read_number(object, "mtu", route.mtu);
  read_number(object, "advmss", route.advmss);
  read_number(object, "priority", route.priority);
  read_number(object, "scope", route.scope);
  return route;
}

json to_json(const std::vector<Route>& routes) {
  json list = json::array();
  for (const auto& route : routes) list.push_back(to_json(route));
  return list;
}

std::vector<Route> routes_from(const json& list) {
  std::vector<Route> routes;
  for (const auto& route : list) routes.push_back(route_from(route));
  return routes;
}

template <typename Address>
json to_json(const std::vector<Address>& addresses) {
  json list = json::array();
  for (const auto& address : addresses) list.push_back(address.to_string());
  return list;
}

template <typename Address>
std::vector<Address> addresses_from(const json& list) {
  std::vector<Address> addresses;
  for (const auto& address : list) addresses.push_back(address_in<Address>(address));
  return addresses;
}

json to_json(const Addressing& addressing) {
  return {{"podAddresses", to_json(addressing.pod_addresses)},
          {"podRoutes", to_json(addressing.pod_routes)},
          {"wantedRoutes", to_json(addressing.wanted_routes)},
          {"hostAddresses", to_json(addressing.host_addresses)},
          {"hostRoutes", to_json(addressing.host_routes)}};
}

Addressing addressing_from(const json& object) {
  return {.pod_addresses = addresses_from<IpPrefix>(object.at("podAddresses")),
          .pod_routes = routes_from(object.at("podRoutes")),
          .wanted_routes = routes_from(object.at("wantedRoutes")),
          .host_addresses = addresses_from<IpPrefix>(object.at("hostAddresses")),
          .host_routes = routes_from(object.at("hostRoutes"))};
}

}  // namespace

json to_json(const Blueprint& blueprint) {
  return {{"version", version},
          {"netkit", to_json(blueprint.netkit)},
          {"addressing", to_json(blueprint.addressing)},
          {"flows", to_json(blueprint.flows)},
          {"proxied", to_json(blueprint.proxied)}};
}

std::optional<Blueprint> blueprint_from(const json& object) {
  if (object.at("version") != version) return std::nullopt;
  Blueprint blueprint{.netkit = netkit_from(object.at("netkit")),
                      .addressing = addressing_from(object.at("addressing")),
                      .flows = steering_plan_from(object.at("flows")),
                      .proxied = addresses_from<kernel::IpAddress>(object.at("proxied"))};
  if (blueprint.flows.size() > most_flow_rules || blueprint.proxied.size() > most_proxies) {
    throw json::type_error::create(302, "too many flows or addresses", &object);
  }
  return blueprint;
}

}  // namespace rxlease::attachment
