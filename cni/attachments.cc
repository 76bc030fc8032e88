// SPDX-License-Identifier: Apache-2.0
#include "cni/attachments.h"

#include "cni/steering.h"
#include "kernel/links.h"
#include "proto/lease_file.h"

namespace rxlease::cni {

namespace {

using kernel::NetkitPairing;

void delete_if_netkit(kernel::Namespace& netns, std::uint32_t ifindex, const std::string& name) {
  const kernel::Links links(netns.route());
  const auto link = ifindex != 0 ? links.getlink(ifindex) : links.getlink(name);
  if (link && link->netkit()) links.dellink(link->ifindex());
}

// When an ADD was killed its IPAM plugin may go on, and would reserve addresses behind our back.
void await_interrupted_add(System& system, const proto::AttachmentStore& store,
                           const proto::Attachment& attachment) {
  constexpr std::chrono::milliseconds patience{10000};
  constexpr std::chrono::milliseconds pause{20};
  const auto deadline = system.now() + patience;
  while (store.is_at_work(attachment)) {
    if (system.now() + pause > deadline) {
      system.warn("the IPAM plugin of an interrupted ADD is still at work for " +
                  attachment.describe_owner() + "; what it reserves from now on stays reserved");
      return;
    }
    system.sleep(pause);
  }
}

}  // namespace

std::string interface_of(const Call& call) {
  const bool chained_single = call.conf.pairing == NetkitPairing::single && call.conf.prev_result;
  return chained_single ? call.conf.interface : call.environment.ifname;
}

std::optional<proto::Attachment> find_attachment(const Call& call) {
  const proto::AttachmentStore store(call.conf.state_directory);
  for (const auto& interface : {interface_of(call), call.conf.interface, call.environment.ifname}) {
    auto record = store.find(call.environment.container_id, interface);
    const bool ours = record && record->network == call.conf.name &&
                      record->ifname == call.environment.ifname && record->pairing == call.conf.pairing;
    if (ours) return record;
  }
  return std::nullopt;
}

std::optional<Ipam> ipam_of(const Call& call) {
  if (!call.conf.ipam_type) return std::nullopt;
  return std::make_optional<Ipam>(call.system, *call.conf.ipam_type, call.conf.text, call.environment.path);
}

IpamSubject ipam_subject(const proto::Attachment& attachment) {
  return {attachment.container_id, attachment.netns, attachment.interface};
}

void delete_netkit(System& system, const proto::Attachment& attachment) {
  if (attachment.pairing == NetkitPairing::pair) {
    delete_if_netkit(system.host(), attachment.host_ifindex, attachment.host_interface);
    return;
  }
  const auto pod = system.open_netns(attachment.netns);
  if (!pod || pod->cookie() != attachment.netns_cookie) return;  // it took its devices with it
  delete_if_netkit(*pod, attachment.interface_ifindex, attachment.interface);
}

void release(const Call& call, const proto::Attachment& attachment) {
  // First, so that nothing is steered to a queue that is somebody else's the next moment.
  unsteer(call, attachment);
  // While the queue is still leased nobody else can have written its file.
  for (const auto& device : attachment.devices) {
    proto::remove_lease_file(call.conf.state_directory, device.id, attachment.container_id);
  }
  delete_netkit(call.system, attachment);
  const proto::AttachmentStore store(call.conf.state_directory);
  if (const auto ipam = ipam_of(call)) {
    await_interrupted_add(call.system, store, attachment);
    ipam->del(ipam_subject(attachment));
  }
  store.remove(attachment);
}

}  // namespace rxlease::cni
