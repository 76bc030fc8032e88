// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/socket/genl.h"

#include <algorithm>
#include <cerrno>

namespace rxlease::kernel {

namespace {

struct FamilyQuery {
  genlmsghdr genl{CTRL_CMD_GETFAMILY, 1, 0};
  std::string family_name;

  static constexpr auto header() { return &FamilyQuery::genl; }
  static constexpr auto attributes() {
    return std::tuple{Attribute{CTRL_ATTR_FAMILY_NAME, &FamilyQuery::family_name}};
  }
};

}  // namespace

bool GenlFamily::has_op(std::uint32_t command) const {
  return std::ranges::any_of(ops, [&](const Op& op) { return op.id == command; });
}

std::optional<std::uint32_t> GenlFamily::mcast_group(std::string_view name) const {
  for (const auto& group : mcast_groups) {
    if (group.name == name) return group.id;
  }
  return std::nullopt;
}

std::optional<GenlFamily> getfamily(Transport& transport, std::string_view name) {
  FamilyQuery query;
  query.family_name = name;
  try {
    const auto answer = transport.exchange({"getfamily", GENL_ID_CTRL, 0, encode(query)});
    if (answer.empty()) throw KernelError("getfamily", ENODATA);
    return decode<GenlFamily>(answer.front().payload);
  } catch (const KernelError& error) {
    if (error.error() == ENOENT) return std::nullopt;
    throw;
  }
}

std::vector<Message> call_family(Transport& transport, const GenlFamily& family, const GenlCall& call) {
  const genlmsghdr header{call.command, static_cast<std::uint8_t>(family.version), 0};
  const auto bytes = wire::raw(header);
  Bytes payload(bytes.begin(), bytes.end());
  payload.insert(payload.end(), call.attributes.begin(), call.attributes.end());
  return transport.exchange({call.operation, family.family_id, call.flags, std::move(payload)});
}

}  // namespace rxlease::kernel
