// SPDX-License-Identifier: Apache-2.0
#include "attachment/heal.h"

#include "attachment/attaching.h"
#include "attachment/nic/proxy.h"
#include "attachment/nic/unsteer.h"
#include "attachment/undo.h"

namespace rxlease::attachment {

namespace {

// The record as it is in the store, if it is still the same attachment's and nobody has begun to undo it.
std::optional<Attachment> find_same(const AttachmentStore& store, const Attachment& record) {
  auto stored = store.find(record.container_id, record.interface);
  const bool same = stored && !stored->ending && stored->netns_cookie == record.netns_cookie &&
                    stored->generation == record.generation;
  return same ? std::move(stored) : std::nullopt;
}

}  // namespace

std::optional<Attachment> heal(const Site& site, kernel::Namespace& pod, const Attachment& record,
                               const HealSpec& spec) {
  const auto store = site.store();
  const auto claim = store.claim(record);  // so that no DEL begins meanwhile
  auto stored = find_same(store, record);
  if (!stored || !stored->blueprint) return std::nullopt;
  const auto blueprint = *stored->blueprint;
  remove_proxies(site, *stored);
  unsteer(site, *stored);  // a netkit may go without its NIC, whose rules stay then
  delete_netkit(site.machine, *stored, spec.timeout);  // of an attempt that a kill ended
  stored->devices = spec.devices;
  stored->unfinished = false;
  Attaching attaching(site, pod, *stored, spec.timeout);
  attaching.begin_again();
  attaching.make_netkit(blueprint.netkit);
  attaching.lease(spec.nic);
  attaching.address(blueprint.addressing);
  if (!blueprint.flows.empty()) attaching.steer(spec.nic, blueprint.flows);
  if (!blueprint.proxied.empty()) attaching.add_proxies(spec.nic, blueprint.proxied);
  attaching.publish(spec.nic);
  attaching.keep_again();
  return attaching.record();
}

void note_trouble(const AttachmentStore& store, const Attachment& record, const std::string& trouble) {
  const auto claim = store.claim(record);
  auto stored = find_same(store, record);
  if (!stored || stored->trouble == trouble) return;
  stored->set_trouble(trouble);
  store.update(*stored);
}

}  // namespace rxlease::attachment
