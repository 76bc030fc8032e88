// SPDX-License-Identifier: Apache-2.0
#include "cni/spec/error.h"
#include "cni/spec/versions.h"
#include "cni/system/result.h"
#include "text/display.h"

namespace rxlease::cni {

namespace {

using nlohmann::json;

json interface_json(const Interface& interface, std::string_view version) {
  json object{{"name", interface.name}};
  if (!interface.mac.empty()) object["mac"] = interface.mac;
  if (interface.mtu != 0 && has_mtu(version)) object["mtu"] = interface.mtu;
  if (!interface.sandbox.empty()) object["sandbox"] = interface.sandbox;
  return object;
}

json ip_json(const IpConfig& ip, std::string_view version) {
  json object{{"address", ip.address.to_string()}};
  if (has_ip_version(version)) object["version"] = ip.address.address.is_v4() ? "4" : "6";
  if (ip.gateway) object["gateway"] = ip.gateway->to_string();
  if (ip.interface) object["interface"] = *ip.interface;
  return object;
}

json route_json(const Route& route, std::string_view version) {
  json object{{"dst", route.dst.to_string()}};
  if (route.gw) object["gw"] = route.gw->to_string();
  if (!has_mtu(version)) return object;
  if (route.mtu) object["mtu"] = *route.mtu;
  if (route.advmss) object["advmss"] = *route.advmss;
  if (route.priority) object["priority"] = *route.priority;
  if (route.table) object["table"] = *route.table;
  if (route.scope) object["scope"] = *route.scope;
  return object;
}

json& array_in(json& prev_result, const std::string& key) {
  auto& array = prev_result[key];
  if (array.is_null()) array = json::array();
  if (!array.is_array()) {
    throw Error(Code::invalid_config,
                "prevResult: \"" + key + "\": " + text::display_json(array) + " is not an array",
                "use an array: [ ... ]");
  }
  return array;
}

}  // namespace

json to_json(const Result& result, std::string_view cni_version) {
  json object{{"cniVersion", cni_version}};
  for (const auto& interface : result.interfaces) {
    object["interfaces"].push_back(interface_json(interface, cni_version));
  }
  for (const auto& ip : result.ips) object["ips"].push_back(ip_json(ip, cni_version));
  for (const auto& route : result.routes) object["routes"].push_back(route_json(route, cni_version));
  if (result.dns.is_object()) object["dns"] = result.dns;
  return object;
}

Appended append_interface(const json& prev_result, const AddedInterface& added,
                          std::string_view cni_version) {
  if (!prev_result.is_object()) {
    throw Error(Code::decode_failure,
                "prevResult: " + text::display_json(prev_result) + " is not a CNI result",
                "the runtime has to hand on the result of the plugin before this one");
  }
  Appended appended{prev_result, 0};
  appended.result.emplace("cniVersion", cni_version);  // keeps the one that is there
  auto& interfaces = array_in(appended.result, "interfaces");
  appended.interface = interfaces.size();
  interfaces.push_back(interface_json(added.interface, cni_version));
  for (auto ip : added.ips) {
    ip.interface = appended.interface;
    array_in(appended.result, "ips").push_back(ip_json(ip, cni_version));
  }
  return appended;
}

}  // namespace rxlease::cni
