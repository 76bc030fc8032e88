// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/socket/attributes.h"

#include <algorithm>
#include <limits>

namespace rxlease::kernel::wire {

namespace {

constexpr std::size_t header_size = sizeof(nlattr);

constexpr std::size_t align(std::size_t size) {
  return (size + NLA_ALIGNTO - 1) & ~std::size_t{NLA_ALIGNTO - 1};
}

}  // namespace

void put(Bytes& out, std::uint16_t type, std::span<const std::uint8_t> payload) {
  const std::size_t length = header_size + payload.size();
  if (length > std::numeric_limits<std::uint16_t>::max()) {
    throw KernelError("encode attribute " + std::to_string(type & NLA_TYPE_MASK), EMSGSIZE);
  }
  const nlattr header{static_cast<std::uint16_t>(length), type};
  const auto bytes = raw(header);
  out.insert(out.end(), bytes.begin(), bytes.end());
  out.insert(out.end(), payload.begin(), payload.end());
  out.resize(align(out.size()));
}

std::optional<View> next(std::span<const std::uint8_t>& in) {
  if (in.size() < header_size) {
    if (in.empty()) return std::nullopt;
    throw_size(in.size(), header_size);
  }
  nlattr header{};
  std::memcpy(&header, in.data(), sizeof(header));
  if (header.nla_len < header_size || header.nla_len > in.size()) throw_size(in.size(), header.nla_len);
  const View view{static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK),
                  in.subspan(header_size, header.nla_len - header_size)};
  in = in.subspan(std::min<std::size_t>(in.size(), align(header.nla_len)));
  return view;
}

void throw_size(std::size_t got, std::size_t wanted) {
  throw KernelError("decode netlink attributes", EBADMSG,
                    std::to_string(got) + " bytes where " + std::to_string(wanted) + " are needed");
}

}  // namespace rxlease::kernel::wire
