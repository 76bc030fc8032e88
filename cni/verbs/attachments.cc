// SPDX-License-Identifier: Apache-2.0
#include "cni/verbs/attachments.h"

namespace rxlease::cni {

std::string interface_of(const Call& call) {
  const auto& netkit = call.conf.netkit;
  const bool chained_single =
      netkit.pairing == kernel::NetkitPairing::single && call.conf.prev_result.has_value();
  return chained_single ? netkit.interface : call.environment.ifname;
}

std::optional<attachment::Attachment> find_attachment(const Call& call) {
  const auto store = call.site().store();
  for (const auto& interface : {interface_of(call), call.conf.netkit.interface, call.environment.ifname}) {
    auto record = store.find(call.environment.container_id, interface);
    const bool ours = record && record->network == call.conf.name &&
                      record->ifname == call.environment.ifname &&
                      record->pairing == call.conf.netkit.pairing;
    if (ours) return record;
  }
  return std::nullopt;
}

std::optional<Ipam> ipam_of(const Call& call) {
  if (!call.conf.ipam_type) return std::nullopt;
  const IpamSpec spec{*call.conf.ipam_type, call.conf.text, call.conf.ipam_timeout};
  return std::make_optional<Ipam>(call.system, spec, call.environment.path);
}

std::optional<Ipam> ipam_of(const ReleaseCall& call) {
  if (!call.conf.ipam_type) return std::nullopt;
  const IpamSpec spec{*call.conf.ipam_type, call.conf.text, call.conf.ipam_timeout};
  return std::make_optional<Ipam>(call.system, spec, call.environment.path);
}

IpamSubject ipam_subject(const attachment::Attachment& record) {
  return {record.container_id, record.netns, record.interface};
}

attachment::Addressing addressing_of(const Result& result, kernel::NetkitPairing pairing) {
  std::vector<attachment::PodAddress> addresses;
  for (const auto& ip : result.ips) addresses.push_back({ip.address, ip.gateway});
  return pairing == kernel::NetkitPairing::single ? attachment::plan_single(addresses, result.routes)
                                                  : attachment::plan_addressing(addresses, result.routes);
}

}  // namespace rxlease::cni
