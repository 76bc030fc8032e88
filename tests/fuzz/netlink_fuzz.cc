// SPDX-License-Identifier: Apache-2.0
//
// Feeds arbitrary bytes to every decoder of netlink answers. Input: one byte that chooses the decoder, then
// what a kernel would have sent. A decoder reads or throws KernelError; anything else is a finding.
#include <array>
#include <cstdint>
#include <span>

#include "kernel/error.h"
#include "kernel/netlink/addresses.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/routes.h"
#include "kernel/netlink/socket/genl.h"

namespace {

using rxlease::kernel::decode;
using Input = std::span<const std::uint8_t>;

// What decodes must encode, and decode again to the same bytes.
template <typename T>
void round_trip(Input input) {
  const auto bytes = encode(decode<T>(input));
  if (encode(decode<T>(bytes)) != bytes) __builtin_trap();
}

void decode_link(Input input) {
  const auto link = decode<rxlease::kernel::Link>(input);
  const auto netkit = link.netkit();
  if (netkit && netkit->peer_info) decode<rxlease::kernel::Link>(*netkit->peer_info);
  round_trip<rxlease::kernel::Link>(input);
}

constexpr std::array decoders{
    decode_link,
    round_trip<rxlease::kernel::AddrAttrs>,
    round_trip<rxlease::kernel::RouteAttrs>,
    round_trip<rxlease::kernel::GenlFamily>,
    round_trip<rxlease::kernel::Queue>,
    round_trip<rxlease::kernel::Dev>,
    round_trip<rxlease::kernel::Napi>,
    round_trip<rxlease::kernel::Qstats>,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  try {
    decoders[data[0] % decoders.size()](Input(data, size).subspan(1));
  } catch (const rxlease::kernel::KernelError&) {
  }
  return 0;
}
