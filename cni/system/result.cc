// SPDX-License-Identifier: Apache-2.0
#include "cni/system/result.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "cni/conf/dns.h"
#include "cni/conf/json/object_reader.h"
#include "cni/spec/error.h"
#include "cni/spec/versions.h"
#include "text/display.h"

namespace rxlease::cni {

namespace {

constexpr std::uint64_t most_u32 = std::numeric_limits<std::uint32_t>::max();

std::optional<std::uint32_t> read_u32(ObjectReader& reader, std::string_view key,
                                      std::uint64_t most = most_u32) {
  const auto number = reader.integer(key, {0, most});
  return number ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

kernel::IpPrefix read_prefix(ObjectReader& reader, std::string_view key) {
  const auto prefix = kernel::IpPrefix::parse(reader.required_string(key));
  if (!prefix) {
    reader.refuse(key, "is not an IP address with a prefix length",
                  "use a form such as 10.22.0.5/16 or fd00::5/64");
  }
  return *prefix;
}

// An address that has to be of `peer`'s family. Go writes an absent address as "".
std::optional<kernel::IpAddress> read_address(ObjectReader& reader, std::string_view key,
                                              const kernel::IpAddress& peer) {
  const auto text = reader.string(key);
  if (!text || text->empty()) return std::nullopt;
  const std::string remedy =
      std::string("use an IPv") + (peer.is_v4() ? "4" : "6") + " address without a prefix length";
  const auto address = kernel::IpAddress::parse(*text);
  if (!address) reader.refuse(key, "is not an IP address", remedy);
  if (address->is_v4() != peer.is_v4())
    reader.refuse(key, "is of another family than " + peer.to_string(), remedy);
  return address;
}

Interface read_interface(ObjectReader& reader) {
  Interface interface;
  interface.name = reader.required_string("name");
  interface.mac = reader.string("mac").value_or("");
  interface.mtu = read_u32(reader, "mtu").value_or(0);
  interface.sandbox = reader.string("sandbox").value_or("");
  return interface;
}

// `interfaces` is the result's number of interfaces. Without any the result is an IPAM plugin's, and the
// specification has its caller fill in the index.
IpConfig read_ip(ObjectReader& reader, std::size_t interfaces) {
  IpConfig ip;
  ip.address = read_prefix(reader, "address");
  ip.gateway = read_address(reader, "gateway", ip.address.address);
  const std::string version = ip.address.address.is_v4() ? "4" : "6";
  if (reader.string("version").value_or(version) != version) {
    reader.refuse("version", "is not the version of " + ip.address.to_string(), "use \"" + version + "\"");
  }
  const auto index = read_u32(reader, "interface");
  if (!index || interfaces == 0) return ip;
  if (*index >= interfaces) {
    reader.refuse("interface", "is no index into \"interfaces\"",
                  "use a number from 0 to " + std::to_string(interfaces - 1));
  }
  ip.interface = *index;
  return ip;
}

Route read_route(ObjectReader& reader) {
  constexpr std::uint64_t most_u8 = std::numeric_limits<std::uint8_t>::max();
  Route route;
  route.dst = read_prefix(reader, "dst");
  route.gw = read_address(reader, "gw", route.dst.address);
  route.mtu = read_u32(reader, "mtu");
  route.advmss = read_u32(reader, "advmss");
  route.priority = read_u32(reader, "priority");
  route.table = read_u32(reader, "table");
  route.scope = read_u32(reader, "scope", most_u8);  // rtm_scope
  return route;
}

// Results before 0.3.0 have other names for their addresses, and would read as having none. 0.3.0 has those
// of 0.3.1.
void check_version(ObjectReader& reader) {
  const auto version = reader.string("cniVersion");
  if (!version || *version == "0.3.0") return;
  if (std::find(supported_versions.begin(), supported_versions.end(), *version) == supported_versions.end()) {
    reader.refuse("cniVersion", "is a version whose results rxlease does not know",
                  "answer in the version of the network configuration");
  }
}

}  // namespace

Result parse_result(const nlohmann::json& json, std::string_view source) {
  if (!json.is_object()) {
    throw Error(Code::decode_failure,
                std::string(source) + ": " + text::display_json(json) + " is not a CNI result",
                R"(a result is an object: { "cniVersion": ..., "ips": [ ... ] })");
  }
  ObjectReader reader(json, source);
  check_version(reader);
  Result result;
  if (auto interfaces = reader.objects("interfaces")) {
    for (auto& interface : *interfaces) result.interfaces.push_back(read_interface(interface));
  }
  if (auto ips = reader.objects("ips")) {
    for (auto& ip : *ips) result.ips.push_back(read_ip(ip, result.interfaces.size()));
  }
  if (auto routes = reader.objects("routes")) {
    for (auto& route : *routes) result.routes.push_back(read_route(route));
  }
  if (auto dns = reader.object("dns")) {
    check_dns(*dns);
    result.dns = dns->json();
  }
  return result;
}

}  // namespace rxlease::cni
