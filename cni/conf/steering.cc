// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "cni/conf/sections.h"

namespace rxlease::cni {

namespace {

using attachment::Flow;
using attachment::PortRange;
using kernel::NetkitPairing;
using kernel::Protocol;

constexpr std::array protocols{std::pair<std::string_view, Protocol>{"tcp", Protocol::tcp},
                               std::pair<std::string_view, Protocol>{"udp", Protocol::udp}};

// The keys that name a destination.
constexpr std::array<std::string_view, 3> destination_keys{"dstPrefix", "dstMac", "vlan"};

std::optional<PortRange> read_ports(ObjectReader& reader) {
  constexpr std::string_view key = "dstPort";
  constexpr IntegerRange port{1, 65535};
  const auto* const value = reader.find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    const auto number = static_cast<std::uint16_t>(*reader.integer(key, port));
    return PortRange{number, number};
  }
  const auto range = PortRange::parse(value->get<std::string>());
  if (!range) {
    reader.refuse(key, "is neither a port nor a range of ports",
                  R"(use a number from 1 to 65535, or "FIRST-LAST" with FIRST not after LAST)");
  }
  return range;
}

std::optional<kernel::IpPrefix> read_network(ObjectReader& reader, std::string_view key) {
  const auto text = reader.string(key);
  if (!text) return std::nullopt;
  const auto prefix = kernel::IpPrefix::parse(*text);
  if (!prefix) reader.refuse(key, "is no prefix", "use ADDRESS/LENGTH: 10.0.0.0/8, fd00::/64");
  if (!attachment::is_network(*prefix)) {
    reader.refuse(key, "has bits beyond its length", "use " + prefix->network().to_string());
  }
  return prefix;
}

std::optional<kernel::IpPrefix> read_src_prefix(ObjectReader& reader) {
  constexpr std::string_view key = "srcPrefix";
  return read_network(reader, key);
}

std::optional<kernel::IpPrefix> read_dst_prefix(ObjectReader& reader) {
  constexpr std::string_view key = "dstPrefix";
  return read_network(reader, key);
}

std::optional<kernel::MacAddress> read_dst_mac(ObjectReader& reader) {
  constexpr std::string_view key = "dstMac";
  const auto text = reader.string(key);
  if (!text) return std::nullopt;
  const auto mac = kernel::MacAddress::parse(*text);
  if (!mac || *mac == kernel::MacAddress{}) {
    reader.refuse(key, "is no MAC address that a packet goes to",
                  "use six pairs of hexadecimal digits: 02:00:00:00:00:07");
  }
  return mac;
}

std::optional<std::uint16_t> read_vlan(ObjectReader& reader) {
  constexpr IntegerRange ids{1, 4094};
  const auto id = reader.integer("vlan", ids);
  return id ? std::optional(static_cast<std::uint16_t>(*id)) : std::nullopt;
}

// A flow for the pod's own addresses needs protocol and ports; one that names its destination may have them.
void check_parts(const ObjectReader& reader, const Flow& flow) {
  if (!flow.names_destination() && !flow.protocol) {
    reader.refuse("protocol", "is missing", R"(add it: "tcp" or "udp")");
  }
  if (!flow.names_destination() && !flow.dst_port) {
    reader.refuse("dstPort", "is missing", R"(add it: 5201, or "6000-6003")");
  }
  if (flow.dst_port && !flow.protocol) {
    reader.refuse("dstPort", R"(has no "protocol" beside it)", R"(add "protocol": "tcp" or "udp")");
  }
  const bool mixed = flow.src_prefix && flow.dst_prefix &&
                     flow.src_prefix->address.is_v4() != flow.dst_prefix->address.is_v4();
  if (mixed) {
    reader.refuse("srcPrefix", R"(is of another family than "dstPrefix")",
                  "use two IPv4 prefixes, or two IPv6 prefixes");
  }
}

// Whose flows they are, and what these may name.
enum class Wanting { network, pod };
struct Permission {
  Wanting wanting;
  NetkitPairing pairing;
  bool pod_destinations;
};

// A pod that could name any destination could take the traffic of others.
void check_destination(const ObjectReader& reader, const Permission& permission) {
  for (const auto key : destination_keys) {
    if (!reader.has(key)) continue;
    if (permission.pairing != NetkitPairing::single) {
      reader.refuse(
          key, R"(cannot be used with "pairing": "pair")",
          "leave it out: a pair gets what is for its own addresses; or set \"pairing\": \"single\"");
    }
    if (permission.wanting == Wanting::pod && !permission.pod_destinations) {
      reader.refuse(key, "is not for a pod to say",
                    "leave it out: what is for the pod's own addresses it may have; or set "
                    "\"podDestinations\": true in the network, if all its pods are trusted");
    }
  }
}

Flow read_flow(ObjectReader& reader) {
  Flow flow;
  flow.protocol = reader.choice("protocol", protocols);
  flow.dst_port = read_ports(reader);
  flow.src_prefix = read_src_prefix(reader);
  flow.dst_prefix = read_dst_prefix(reader);
  flow.dst_mac = read_dst_mac(reader);
  flow.vlan = read_vlan(reader);
  check_parts(reader, flow);
  reader.refuse_unread();
  return flow;
}

[[noreturn]] void refuse_again(const ObjectReader& reader, std::ptrdiff_t index) {
  const auto other = "steering[" + std::to_string(index) + "]";
  if (reader.has("dstPort")) {
    reader.refuse("dstPort", "has ports of " + other + " too",
                  "name each port once for a protocol, source and destination");
  }
  for (const auto key : destination_keys) {
    if (!reader.has(key)) continue;
    reader.refuse(key, "is what " + other + " has already", "name each destination once");
  }
  reader.refuse("protocol", "is what " + other + " has already", "name each flow once");
}

std::vector<Flow> read_flows(ObjectReader& reader, const Permission& permission) {
  std::vector<Flow> flows;
  constexpr std::string_view key = "steering";
  if (const auto* list = reader.find(key); list->is_array() && list->size() > attachment::most_flows) {
    reader.refuse(key, "has " + std::to_string(list->size()) + " flows, which are too many",
                  "name at most " + std::to_string(attachment::most_flows));
  }
  auto elements = *reader.objects(key);
  for (auto& element : elements) {
    const auto flow = read_flow(element);
    check_destination(element, permission);
    const auto same = std::ranges::find_if(flows, [&](const Flow& other) { return other.overlaps(flow); });
    if (same != flows.end()) refuse_again(element, same - flows.begin());
    flows.push_back(flow);
  }
  return flows;
}

// Multus's cni-args. What else is in there is for other plugins.
bool has_own_args(const nlohmann::json& conf) {
  const auto args = conf.find("args");
  if (args == conf.end() || !args->is_object()) return false;
  const auto own = args->find("cni");
  return own != args->end() && own->is_object() && own->contains("steering") &&
         !own->at("steering").is_null();
}

// Linux drops what its own protocols send through a single, answers to neighbours among it.
bool read_proxy_neighbors(ObjectReader& reader, NetkitPairing pairing) {
  constexpr std::string_view key = "proxyNeighbors";
  const bool wanted = reader.boolean(key).value_or(false);
  if (wanted && pairing == NetkitPairing::single) {
    reader.refuse(key, R"(cannot be used with "pairing": "single", whose addresses no neighbour reaches)",
                  R"(leave "proxyNeighbors" out, or set "pairing": "pair")");
  }
  return wanted;
}

}  // namespace

SteeringConf read_steering(ObjectReader& reader, NetkitPairing pairing) {
  SteeringConf conf;
  conf.pod_destinations = reader.boolean("podDestinations").value_or(false);
  conf.proxy_neighbors = read_proxy_neighbors(reader, pairing);
  Permission permission{Wanting::network, pairing, conf.pod_destinations};
  reader.accept("steering");
  if (reader.has("steering")) conf.flows = read_flows(reader, permission);
  if (!has_own_args(reader.json())) return conf;
  auto args = *reader.object("args")->object("cni");
  permission.wanting = Wanting::pod;
  conf.pod_flows = read_flows(args, permission);
  return conf;
}

}  // namespace rxlease::cni
