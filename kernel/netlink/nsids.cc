// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/nsids.h"

#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

#include <cerrno>

namespace rxlease::kernel {

namespace {

struct NsIdAttrs {
  rtgenmsg rtgen{};
  std::optional<std::int32_t> nsid;
  std::optional<std::int32_t> fd;

  static constexpr auto header() { return &NsIdAttrs::rtgen; }
  static constexpr auto attributes() {
    return std::tuple{Attribute{NETNSA_NSID, &NsIdAttrs::nsid}, Attribute{NETNSA_FD, &NsIdAttrs::fd}};
  }
};

}  // namespace

std::optional<std::int32_t> NsIds::getnsid(int netns_fd) const {
  NsIdAttrs query;
  query.fd = netns_fd;
  const auto answer = transport_.exchange({"getnsid", RTM_GETNSID, 0, encode(query)});
  if (answer.empty()) throw KernelError("getnsid", ENODATA);
  const auto nsid = decode<NsIdAttrs>(answer.front().payload).nsid;
  return nsid && *nsid >= 0 ? nsid : std::nullopt;
}

std::int32_t NsIds::ensure_nsid(int netns_fd) const {
  if (const auto nsid = getnsid(netns_fd)) return *nsid;
  NsIdAttrs request;
  request.nsid = NETNSA_NSID_NOT_ASSIGNED;  // let the kernel choose
  request.fd = netns_fd;
  try {
    transport_.exchange({"newnsid", RTM_NEWNSID, 0, encode(request)});
  } catch (const KernelError& error) {
    if (error.error() != EEXIST) throw;  // somebody else has given it one meanwhile
  }
  const auto nsid = getnsid(netns_fd);
  if (!nsid) throw KernelError("newnsid", ENODATA, "the namespace still has no id");
  return *nsid;
}

}  // namespace rxlease::kernel
