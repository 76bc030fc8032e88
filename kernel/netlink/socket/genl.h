// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/genetlink.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/netlink/socket/transport.h"

namespace rxlease::kernel {

// A generic netlink family as the running kernel describes it (nlctrl.yaml, operation getfamily).
struct GenlFamily {
  struct Op {
    std::uint32_t id = 0;
    std::uint32_t flags = 0;
    static constexpr auto attributes() {
      return std::tuple{Attribute{CTRL_ATTR_OP_ID, &Op::id}, Attribute{CTRL_ATTR_OP_FLAGS, &Op::flags}};
    }
  };
  struct McastGroup {
    std::string name;
    std::uint32_t id = 0;
    static constexpr auto attributes() {
      return std::tuple{Attribute{CTRL_ATTR_MCAST_GRP_NAME, &McastGroup::name},
                        Attribute{CTRL_ATTR_MCAST_GRP_ID, &McastGroup::id}};
    }
  };

  genlmsghdr genl{};
  std::uint16_t family_id = 0;
  std::string family_name;
  std::uint32_t version = 0;
  std::vector<Op> ops;
  std::vector<McastGroup> mcast_groups;

  static constexpr auto header() { return &GenlFamily::genl; }
  static constexpr auto attributes() {
    return std::tuple{Attribute{CTRL_ATTR_FAMILY_ID, &GenlFamily::family_id},
                      Attribute{CTRL_ATTR_FAMILY_NAME, &GenlFamily::family_name},
                      Attribute{CTRL_ATTR_VERSION, &GenlFamily::version},
                      Attribute{CTRL_ATTR_OPS, &GenlFamily::ops},
                      Attribute{CTRL_ATTR_MCAST_GROUPS, &GenlFamily::mcast_groups}};
  }

  bool has_op(std::uint32_t command) const;
  std::optional<std::uint32_t> mcast_group(std::string_view name) const;
};

// Asks the kernel for a family. `transport` is NETLINK_GENERIC. nullopt if the kernel has no such family.
std::optional<GenlFamily> getfamily(Transport& transport, std::string_view name);

// A call of one of a family's commands.
struct GenlCall {
  const char* operation;  // its name in the kernel's YAML, for errors
  std::uint8_t command;
  std::uint16_t flags;  // NLM_F_*
  Bytes attributes;     // encoded
};

// Returns the messages of the answer.
std::vector<Message> call_family(Transport& transport, const GenlFamily& family, const GenlCall& call);

// The attributes of such a message.
template <AttributeSet T>
T decode_genl(const Message& message) {
  const std::span<const std::uint8_t> payload(message.payload);
  if (payload.size() < GENL_HDRLEN) wire::throw_size(payload.size(), GENL_HDRLEN);
  return decode<T>(payload.subspan(GENL_HDRLEN));
}

}  // namespace rxlease::kernel
