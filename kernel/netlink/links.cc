// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/links.h"

#include <cerrno>

namespace rxlease::kernel {

namespace {

std::optional<Link> get_one(Transport& transport, Link link) {
  link.ext_mask = RTEXT_FILTER_SKIP_STATS;
  try {
    const auto answer = transport.exchange({"getlink", RTM_GETLINK, 0, encode(link)});
    if (answer.empty()) throw KernelError("getlink", ENODATA);
    return decode<Link>(answer.front().payload);
  } catch (const KernelError& error) {
    if (error.error() == ENODEV) return std::nullopt;
    throw;
  }
}

Link by_index(std::uint32_t ifindex) {
  Link link;
  link.ifinfo.ifi_index = static_cast<int>(ifindex);
  return link;
}

}  // namespace

std::optional<NetkitAttrs> Link::netkit() const {
  if (!linkinfo || linkinfo->kind != "netkit" || !linkinfo->data) return std::nullopt;
  return decode<NetkitAttrs>(*linkinfo->data);
}

std::optional<Link> Links::getlink(const std::string& ifname) const {
  Link link;
  link.ifname = ifname;
  return get_one(transport_, link);
}

std::optional<Link> Links::getlink(std::uint32_t ifindex) const {
  return get_one(transport_, by_index(ifindex));
}

std::optional<Link> Links::getlink_in(std::int32_t netns_id, std::uint32_t ifindex) const {
  Link link = by_index(ifindex);
  link.target_netnsid = netns_id;
  try {
    return get_one(transport_, link);
  } catch (const KernelError& error) {
    if (error.error() == EINVAL) return std::nullopt;
    throw;
  }
}

std::vector<Link> Links::getlink_dump(const std::string& kind) const {
  Link filter;
  filter.ext_mask = RTEXT_FILTER_SKIP_STATS;
  if (!kind.empty()) filter.linkinfo = LinkInfo{kind, std::nullopt};
  std::vector<Link> links;
  for (const auto& message : transport_.exchange({"getlink", RTM_GETLINK, NLM_F_DUMP, encode(filter)})) {
    links.push_back(decode<Link>(message.payload));
  }
  return links;
}

Link Links::newlink(const Link& link) const {
  const std::uint16_t flags = NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO;
  const auto answer = transport_.exchange({"newlink", RTM_NEWLINK, flags, encode(link)});
  if (answer.empty()) throw KernelError("newlink", ENODATA, "the kernel did not echo the new link");
  return decode<Link>(answer.front().payload);
}

void Links::setlink(const Link& link) const {
  transport_.exchange({"setlink", RTM_SETLINK, 0, encode(link)});
}

bool Links::set_addr_gen_mode(std::uint32_t ifindex, AddrGenMode mode) const {
  Link link = by_index(ifindex);
  link.af_spec = AfSpecAttrs{Ifla6Attrs{mode}};
  try {
    setlink(link);
    return true;
  } catch (const KernelError& error) {
    if (error.error() == EAFNOSUPPORT) return false;
    throw;
  }
}

bool Links::dellink(std::uint32_t ifindex, std::optional<std::int32_t> netns_id) const {
  Link link = by_index(ifindex);
  link.target_netnsid = netns_id;
  try {
    transport_.exchange({"dellink", RTM_DELLINK, 0, encode(link)});
    return true;
  } catch (const KernelError& error) {
    if (error.error() == ENODEV) return false;
    throw;
  }
}

void Links::dellink_all(const std::vector<std::uint32_t>& ifindexes, std::uint32_t group) const {
  if (ifindexes.size() == 1) dellink(ifindexes.front());
  if (ifindexes.size() <= 1) return;
  for (const auto ifindex : ifindexes) {
    Link link = by_index(ifindex);
    link.group = group;
    try {
      setlink(link);
    } catch (const KernelError& error) {
      if (error.error() != ENODEV) throw;
    }
  }
  Link all;
  all.group = group;
  try {
    transport_.exchange({"dellink", RTM_DELLINK, 0, encode(all)});
  } catch (const KernelError& error) {
    if (error.error() != ENODEV) throw;
  }
}

}  // namespace rxlease::kernel
