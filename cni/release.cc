// SPDX-License-Identifier: Apache-2.0
#include "cni/release.h"

#include "attachment/undo.h"
#include "cni/attachments.h"

namespace rxlease::cni {

namespace {

// When an ADD was killed its IPAM plugin may go on, and would reserve addresses behind our back.
void await_interrupted_add(attachment::Machine& machine, const attachment::AttachmentStore& store,
                           const attachment::Attachment& record) {
  constexpr std::chrono::milliseconds timeout{10000};
  constexpr std::chrono::milliseconds pause{20};
  const auto deadline = machine.now() + timeout;
  while (store.is_at_work(record)) {
    if (machine.now() + pause > deadline) {
      machine.warn("the IPAM plugin of an interrupted ADD is still at work for " + record.describe_owner() +
                   "; what it reserves from now on stays reserved");
      return;
    }
    machine.sleep(pause);
  }
}

}  // namespace

void release(const Call& call, const attachment::Attachment& record) {
  attachment::undo(call.site(), record, call.lease_timeout());
  const auto store = call.site().store();
  if (const auto ipam = ipam_of(call)) {
    await_interrupted_add(call.machine(), store, record);
    ipam->del(ipam_subject(record));
  }
  store.remove(record);
}

}  // namespace rxlease::cni
