// SPDX-License-Identifier: Apache-2.0
#include "tests/scripted/fake_nic.h"

#include <linux/genetlink.h>

#include <cerrno>
#include <cstring>

#include "kernel/error.h"
#include "kernel/netlink/socket/genl.h"

namespace rxlease::tests {

namespace {

using kernel::KernelError;
using kernel::Rss;

bool masks_ports(const ethtool_rx_flow_spec& spec) {
  const auto type = spec.flow_type & ~(FLOW_RSS | FLOW_EXT | FLOW_MAC_EXT);
  if (type == ETHER_FLOW) return false;
  const bool is_v4 = type == TCP_V4_FLOW || type == UDP_V4_FLOW;
  return (is_v4 ? spec.m_u.tcp_ip4_spec.pdst : spec.m_u.tcp_ip6_spec.pdst) != 0xffff;
}

}  // namespace

kernel::Message FakeNic::family_message() {
  constexpr std::uint32_t rss_get = 38;
  constexpr std::uint32_t rss_create_act = 49;
  constexpr std::uint32_t rss_delete_act = 50;
  kernel::GenlFamily description;
  description.family_id = family;
  description.family_name = "ethtool";
  description.version = 1;
  description.ops = {{rss_get, 0}, {rss_create_act, 0}, {rss_delete_act, 0}};
  return {GENL_ID_CTRL, encode(description)};
}

void FakeNic::insert(ethtool_rxnfc& command) {
  if (!takes_port_masks && masks_ports(command.fs)) throw KernelError("insert", EOPNOTSUPP);
  if (command.fs.location == RX_CLS_LOC_ANY) {
    if (!chooses_locations) throw KernelError("insert", EINVAL);
    command.fs.location = 0;
    while (rules.contains(command.fs.location)) ++command.fs.location;
  }
  if (command.fs.location >= size) throw KernelError("insert", ENOSPC);
  if ((command.fs.flow_type & FLOW_RSS) != 0 && !contexts.contains(command.rss_context)) {
    throw KernelError("insert", EINVAL);
  }
  rules[command.fs.location] = command;
}

void FakeNic::ethtool(const std::string& operation, std::span<std::uint8_t> bytes) {
  if (!has_rules) throw KernelError(operation, EOPNOTSUPP);
  ethtool_rxnfc command{};
  std::memcpy(&command, bytes.data(), sizeof(command));
  switch (command.cmd) {
    case ETHTOOL_GRXCLSRLCNT:
      command.rule_cnt = static_cast<std::uint32_t>(rules.size());
      command.data = size | (chooses_locations ? RX_CLS_LOC_SPECIAL : 0);
      break;
    case ETHTOOL_GRXCLSRLALL: {
      if (command.rule_cnt < rules.size()) throw KernelError(operation, EMSGSIZE);
      command.rule_cnt = static_cast<std::uint32_t>(rules.size());
      command.data = size;
      std::memcpy(bytes.data(), &command, sizeof(command));
      auto* out = bytes.data() + offsetof(ethtool_rxnfc, rule_locs);  // within the last padding
      for (const auto& [location, rule] : rules) {
        std::memcpy(out, &location, sizeof(location));
        out += sizeof(location);
      }
      return;
    }
    case ETHTOOL_GRXCLSRULE:
      if (!rules.contains(command.fs.location)) throw KernelError(operation, ENOENT);
      command = rules.at(command.fs.location);
      break;
    case ETHTOOL_SRXCLSRLINS:
      insert(command);
      break;
    case ETHTOOL_SRXCLSRLDEL:
      if (rules.erase(command.fs.location) == 0) throw KernelError(operation, ENOENT);
      break;
    default:
      throw KernelError(operation, EOPNOTSUPP);
  }
  std::memcpy(bytes.data(), &command, sizeof(command));
}

kernel::Message FakeNic::message_of(std::uint32_t context) const {
  kernel::Bytes payload(GENL_HDRLEN);
  const auto attributes = encode(Rss{{}, context, contexts.at(context)});
  payload.insert(payload.end(), attributes.begin(), attributes.end());
  return {family, payload};
}

std::vector<kernel::Message> FakeNic::exchange(const kernel::Request& request) {
  const auto asked = kernel::decode_genl<Rss>({family, request.payload});
  std::vector<kernel::Message> answer;
  if (request.operation == "rss-get" && (request.flags & NLM_F_DUMP) != 0) {
    for (const auto& [context, indir] : contexts) answer.push_back(message_of(context));
    return answer;
  }
  if (!has_contexts) throw KernelError(request.operation, EOPNOTSUPP);
  if (request.operation == "rss-create-act") {
    if (!contexts.emplace(asked.context, *asked.indir).second) throw KernelError(request.operation, EBUSY);
  } else if (!contexts.contains(asked.context)) {
    throw KernelError(request.operation, ENOENT);
  } else if (request.operation == "rss-delete-act") {
    for (const auto& [location, rule] : rules) {
      const bool uses = (rule.fs.flow_type & FLOW_RSS) != 0 && rule.rss_context == asked.context;
      if (uses) throw KernelError(request.operation, EBUSY);
    }
    contexts.erase(asked.context);
    return {};
  }
  return {message_of(asked.context)};
}

}  // namespace rxlease::tests
