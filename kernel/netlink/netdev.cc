// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/netdev.h"

#include <cerrno>

namespace rxlease::kernel {

namespace {

// A dump's filter. Every attribute set of the family has another number for the ifindex.
template <int number>
struct ByIfindex {
  std::uint32_t ifindex = 0;
  static constexpr auto attributes() { return std::tuple{Attribute{number, &ByIfindex::ifindex}}; }
};

struct QstatsQuery {
  std::uint32_t ifindex = 0;
  QstatsScope scope = QstatsScope::queue;
  static constexpr auto attributes() {
    return std::tuple{Attribute{1, &QstatsQuery::ifindex}, Attribute{4, &QstatsQuery::scope}};
  }
};

}  // namespace

std::optional<Netdev> Netdev::open(Transport& transport) {
  auto family = getfamily(transport, "netdev");
  if (!family) return std::nullopt;
  return Netdev(transport, std::move(*family));
}

std::vector<Message> Netdev::call(const char* operation, NetdevOp op, std::uint16_t flags,
                                  const Bytes& attributes) const {
  return call_family(*transport_, family_, {operation, static_cast<std::uint8_t>(op), flags, attributes});
}

template <AttributeSet T, AttributeSet Filter>
std::vector<T> Netdev::dump(const char* operation, NetdevOp op, const Filter& filter) const {
  std::vector<T> all;
  for (const auto& message : call(operation, op, NLM_F_DUMP, encode(filter))) {
    all.push_back(decode_genl<T>(message));
  }
  return all;
}

Dev Netdev::dev_get(std::uint32_t ifindex) const {
  const auto answer = call("dev-get", NetdevOp::dev_get, 0, encode(ByIfindex<1>{ifindex}));
  if (answer.empty()) throw KernelError("dev-get", ENODATA);
  return decode_genl<Dev>(answer.front());
}

std::optional<Queue> Netdev::queue_get(std::uint32_t ifindex, QueueId queue) const {
  Queue query;
  query.ifindex = ifindex;
  query.id = queue.id;
  query.type = queue.type;
  try {
    const auto answer = call("queue-get", NetdevOp::queue_get, 0, encode(query));
    if (answer.empty()) return std::nullopt;
    return decode_genl<Queue>(answer.front());
  } catch (const KernelError& error) {
    if (error.error() == ENODEV || error.error() == ENOENT || error.error() == EINVAL) return std::nullopt;
    throw;
  }
}

std::vector<Queue> Netdev::queue_get_dump(std::uint32_t ifindex) const {
  return dump<Queue>("queue-get", NetdevOp::queue_get, ByIfindex<2>{ifindex});
}

std::uint32_t Netdev::queue_create(std::uint32_t ifindex, const Lease& lease) const {
  Queue request;
  request.ifindex = ifindex;
  request.type = QueueType::rx;
  request.lease = lease;
  const auto answer = call("queue-create", NetdevOp::queue_create, 0, encode(request));
  const auto id = answer.empty() ? std::nullopt : decode_genl<Queue>(answer.front()).id;
  if (!id) throw KernelError("queue-create", ENODATA, "the answer carries no queue id");
  return *id;
}

std::optional<Napi> Netdev::napi_get(std::uint32_t id) const {
  NapiSettings query;
  query.id = id;
  try {
    const auto answer = call("napi-get", NetdevOp::napi_get, 0, encode(query));
    if (answer.empty()) return std::nullopt;
    return decode_genl<Napi>(answer.front());
  } catch (const KernelError& error) {
    if (error.error() == ENOENT) return std::nullopt;
    throw;
  }
}

void Netdev::napi_set(const NapiSettings& settings) const {
  call("napi-set", NetdevOp::napi_set, 0, encode(settings));
}

std::vector<Qstats> Netdev::qstats_get_dump(std::uint32_t ifindex) const {
  return dump<Qstats>("qstats-get", NetdevOp::qstats_get, QstatsQuery{ifindex, QstatsScope::queue});
}

bool has_queue_create(Transport& generic) {
  const auto netdev = Netdev::open(generic);
  return netdev && netdev->has_op(NetdevOp::queue_create);
}

}  // namespace rxlease::kernel
