// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "cni/net_conf_sections.h"

namespace rxlease::cni {

namespace {

using kernel::Protocol;

constexpr std::array protocols{std::pair<std::string_view, Protocol>{"tcp", Protocol::tcp},
                               std::pair<std::string_view, Protocol>{"udp", Protocol::udp}};

PortRange read_ports(ObjectReader& reader) {
  constexpr std::string_view key = "dstPort";
  constexpr IntegerRange port{1, 65535};
  const auto* const value = reader.find(key);
  if (value == nullptr) reader.refuse(key, "is missing", R"(add it: 5201, or "6000-6003")");
  if (!value->is_string()) {
    const auto number = static_cast<std::uint16_t>(*reader.integer(key, port));
    return {number, number};
  }
  const auto range = PortRange::parse(value->get<std::string>());
  if (!range) {
    reader.refuse(key, "is neither a port nor a range of ports",
                  R"(use a number from 1 to 65535, or "FIRST-LAST" with FIRST not after LAST)");
  }
  return *range;
}

std::optional<kernel::IpPrefix> read_src_prefix(ObjectReader& reader) {
  constexpr std::string_view key = "srcPrefix";
  const auto text = reader.string(key);
  if (!text) return std::nullopt;
  const auto prefix = kernel::IpPrefix::parse(*text);
  if (!prefix) reader.refuse(key, "is no prefix", "use ADDRESS/LENGTH: 10.0.0.0/8, fd00::/64");
  if (!is_network(*prefix)) {
    reader.refuse(key, "has bits beyond its length", "use " + prefix->network().to_string());
  }
  return prefix;
}

Flow read_flow(ObjectReader& reader) {
  const auto protocol = reader.choice("protocol", protocols);
  if (!protocol) reader.refuse("protocol", "is missing", R"(add it: "tcp" or "udp")");
  Flow flow{*protocol, read_ports(reader), read_src_prefix(reader)};
  reader.refuse_unread();
  return flow;
}

std::vector<Flow> read_flows(ObjectReader& reader) {
  std::vector<Flow> flows;
  auto elements = *reader.objects("steering");
  for (auto& element : elements) {
    const auto flow = read_flow(element);
    const auto same =
        std::find_if(flows.begin(), flows.end(), [&](const Flow& other) { return other.overlaps(flow); });
    if (same != flows.end()) {
      element.refuse("dstPort", "has ports of steering[" + std::to_string(same - flows.begin()) + "] too",
                     "name each port once for a protocol and source");
    }
    flows.push_back(flow);
  }
  return flows;
}

// Multus's cni-args. What else is in there is for other plugins.
bool has_own_args(const nlohmann::json& conf) {
  const auto args = conf.find("args");
  if (args == conf.end() || !args->is_object()) return false;
  const auto own = args->find("cni");
  return own != args->end() && own->is_object() && own->contains("steering");
}

}  // namespace

void read_steering(ObjectReader& reader, NetConf& conf) {
  if (reader.has("steering")) conf.steering = read_flows(reader);
  if (!has_own_args(reader.json())) return;
  auto args = *reader.object("args")->object("cni");
  conf.pod_steering = read_flows(args);
}

}  // namespace rxlease::cni
