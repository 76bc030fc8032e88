// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "cni/conf/sections.h"
#include "cni/spec/names.h"

namespace rxlease::cni {

namespace {

using kernel::NetkitMode;
using kernel::NetkitPairing;
using kernel::NetkitPolicy;
using kernel::NetkitScrub;

template <typename Value>
using Choice = std::pair<std::string_view, Value>;

constexpr std::array pairings{Choice<NetkitPairing>{"pair", NetkitPairing::pair},
                              Choice<NetkitPairing>{"single", NetkitPairing::single}};
constexpr std::array modes{Choice<NetkitMode>{"l3", NetkitMode::l3},
                           Choice<NetkitMode>{"l2", NetkitMode::l2}};
constexpr std::array policies{Choice<NetkitPolicy>{"forward", NetkitPolicy::forward},
                              Choice<NetkitPolicy>{"blackhole", NetkitPolicy::blackhole}};
constexpr std::array scrubs{Choice<NetkitScrub>{"default", NetkitScrub::standard},
                            Choice<NetkitScrub>{"none", NetkitScrub::none}};

// netkit_new_link() answers EOPNOTSUPP to an address in L3 mode; dev_set_mac_address() takes no group
// address.
std::optional<kernel::MacAddress> read_mac(ObjectReader& reader, NetkitMode mode) {
  const auto text = reader.string("mac");
  if (!text || text->empty()) return std::nullopt;  // runtimes and generators write "" for none
  const auto mac = kernel::MacAddress::parse(*text);
  if (!mac) {
    reader.refuse("mac", "is not a MAC address", "use six pairs of hexadecimal digits: 02:00:00:00:00:01");
  }
  if (!mac->is_assignable()) {
    reader.refuse("mac", "is a group address or zero, which no interface can have",
                  "use a unicast address: the first pair of digits is even");
  }
  if (mode != NetkitMode::l2) {
    reader.refuse("mac", "cannot be set in mode l3, which has no MAC addresses",
                  R"(leave "mac" out, or set "mode": "l2")");
  }
  return mac;
}

// A single netkit has no second end to set anything for: netkit_new_link() answers EOPNOTSUPP.
void check_single(const ObjectReader& reader, const NetkitConf& conf) {
  for (const auto* const key : {"peerPolicy", "scrub", "peerScrub"}) {
    if (!reader.has(key)) continue;
    reader.refuse(key, R"(cannot be set with "pairing": "single")",
                  "leave \"" + std::string(key) + R"(" out, or set "pairing": "pair")");
  }
  if (conf.policy != NetkitPolicy::forward) {
    reader.refuse("policy", R"(cannot be used with "pairing": "single")",
                  R"(leave "policy" out, or set "pairing": "pair")");
  }
}

// 0 is what other plugins and their generators write for a file that says nothing.
std::uint32_t read_mtu(ObjectReader& reader) {
  constexpr std::string_view key = "mtu";
  constexpr IntegerRange range{68, 65535, "bytes", "the kernel's default"};  // ETH_MIN_MTU, ETH_MAX_MTU
  const auto* const value = reader.find(key);
  if (value != nullptr && *value == 0) return 0;
  return static_cast<std::uint32_t>(reader.integer(key, range).value_or(0));
}

}  // namespace

NetkitPairing read_pairing(ObjectReader& reader, NetkitPairing usual) {
  return reader.choice("pairing", pairings).value_or(usual);
}

std::string read_interface(ObjectReader& reader, const std::string& usual) {
  auto interface = reader.string("interface").value_or(usual);
  if (!is_interface_name(interface)) {
    reader.refuse("interface", "is not an interface name", std::string(interface_name_rule));
  }
  return interface;
}

NetkitConf read_netkit(ObjectReader& reader, std::optional<ObjectReader>& runtime) {
  constexpr IntegerRange room{0, 65535, "bytes", "the kernel's default"};  // u16 attributes
  NetkitConf conf;
  conf.pairing = read_pairing(reader, conf.pairing);
  conf.mode = reader.choice("mode", modes).value_or(conf.mode);
  conf.policy = reader.choice("policy", policies).value_or(conf.policy);
  conf.peer_policy = reader.choice("peerPolicy", policies).value_or(conf.peer_policy);
  conf.scrub = reader.choice("scrub", scrubs).value_or(conf.scrub);
  conf.peer_scrub = reader.choice("peerScrub", scrubs).value_or(conf.peer_scrub);
  conf.headroom = static_cast<std::uint16_t>(reader.integer("headroom", room).value_or(0));
  conf.tailroom = static_cast<std::uint16_t>(reader.integer("tailroom", room).value_or(0));
  conf.mtu = read_mtu(reader);
  conf.mac = read_mac(reader, conf.mode);
  if (runtime) {  // a MAC address for this one pod wins over that of the file
    if (const auto mac = read_mac(*runtime, conf.mode)) conf.mac = mac;
  }
  conf.interface = read_interface(reader, conf.interface);
  if (conf.pairing == NetkitPairing::single) check_single(reader, conf);
  return conf;
}

}  // namespace rxlease::cni
