// SPDX-License-Identifier: Apache-2.0
#include "kernel/ethtool/rss_contexts.h"

#include <cerrno>

namespace rxlease::kernel {

namespace {

// ethtool.yaml, operations (rss-get Linux 6.2, the others 6.17)
constexpr std::uint8_t op_rss_get = 38;
constexpr std::uint8_t op_rss_create_act = 49;
constexpr std::uint8_t op_rss_delete_act = 50;

// A dump must not name a context.
struct DumpQuery {
  EthtoolHeader dev;
  static constexpr auto attributes() { return std::tuple{Attribute{1, &DumpQuery::dev}}; }
};

}  // namespace

std::optional<RssContexts> RssContexts::open(Transport& transport) {
  auto family = getfamily(transport, "ethtool");
  if (!family || !family->has_op(op_rss_create_act)) return std::nullopt;
  return RssContexts(transport, std::move(*family));
}

std::vector<Message> RssContexts::call(const char* operation, std::uint8_t op, std::uint16_t flags,
                                       const Bytes& attributes) const {
  return call_family(*transport_, family_, {operation, op, flags, attributes});
}

// ENOENT: there is no such context, but the driver supports contexts. EOPNOTSUPP: it does not.
bool RssContexts::are_supported(std::uint32_t ifindex) const {
  try {
    call("rss-get", op_rss_get, 0, encode(Rss{{ifindex}, 1, std::nullopt}));
  } catch (const KernelError& error) {
    if (error.error() == EOPNOTSUPP) return false;
    if (error.error() != ENOENT) throw;
  }
  return true;
}

std::vector<Rss> RssContexts::rss_get_dump(std::uint32_t ifindex) const {
  std::vector<Rss> contexts;
  for (const auto& message : call("rss-get", op_rss_get, NLM_F_DUMP, encode(DumpQuery{{ifindex}}))) {
    contexts.push_back(decode_genl<Rss>(message));
  }
  return contexts;
}

void RssContexts::rss_create_act(std::uint32_t ifindex, std::uint32_t context, const Bytes& indir) const {
  call("rss-create-act", op_rss_create_act, 0, encode(Rss{{ifindex}, context, indir}));
}

bool RssContexts::rss_delete_act(std::uint32_t ifindex, std::uint32_t context) const {
  try {
    call("rss-delete-act", op_rss_delete_act, 0, encode(Rss{{ifindex}, context, std::nullopt}));
  } catch (const KernelError& error) {
    if (error.error() == ENOENT) return false;
    throw;
  }
  return true;
}

}  // namespace rxlease::kernel
