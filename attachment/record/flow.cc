// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/flow.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <tuple>

namespace rxlease::attachment {

namespace {

using kernel::IpPrefix;
using kernel::PortBlock;
using kernel::Protocol;

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, port);
  return error == std::errc() && stopped == end && port != 0 ? std::optional(port) : std::nullopt;
}

std::optional<Protocol> parse_protocol(std::string_view text) {
  if (text == "tcp") return Protocol::tcp;
  if (text == "udp") return Protocol::udp;
  return std::nullopt;
}

}  // namespace

std::optional<PortRange> PortRange::parse(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = parse_port(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_port(text.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return PortRange{*first, *last};
}

// Block by block: each is the largest that begins at its port and stays within the range.
std::vector<PortBlock> PortRange::blocks() const {
  std::vector<PortBlock> blocks;
  for (std::uint32_t port = first; port <= last;) {
    const auto aligned = std::uint32_t{1} << std::countr_zero(port);  // port is not 0
    const auto left = std::bit_floor(std::uint32_t{last} - port + 1);
    const auto size = std::min(aligned, left);
    blocks.push_back({static_cast<std::uint16_t>(port), static_cast<std::uint16_t>(~(size - 1))});
    port += size;
  }
  return blocks;
}

bool Flow::overlaps(const Flow& other) const {
  const auto kind = [](const Flow& flow) {
    return std::tie(flow.protocol, flow.src_prefix, flow.dst_prefix, flow.dst_mac, flow.vlan);
  };
  constexpr PortRange every{0, 65535};
  const auto ports = dst_port.value_or(every);
  const auto others = other.dst_port.value_or(every);
  return kind(*this) == kind(other) && ports.first <= others.last && others.first <= ports.last;
}

bool is_network(const IpPrefix& prefix) {
  return prefix == prefix.network();
}

std::optional<Flow> parse_flow(std::string_view text) {
  const auto at = text.find('@');
  const auto what = text.substr(0, at);
  const auto slash = what.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto protocol = parse_protocol(what.substr(0, slash));
  const auto ports = PortRange::parse(what.substr(slash + 1));
  if (!protocol || !ports) return std::nullopt;
  Flow flow;
  flow.protocol = protocol;
  flow.dst_port = ports;
  if (at == std::string_view::npos) return flow;
  flow.src_prefix = IpPrefix::parse(text.substr(at + 1));
  return flow.src_prefix && is_network(*flow.src_prefix) ? std::optional(flow) : std::nullopt;
}

}  // namespace rxlease::attachment
