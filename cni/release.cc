// SPDX-License-Identifier: Apache-2.0
#include "cni/release.h"

#include "attachment/undo.h"
#include "cni/attachments.h"
#include "cni/conf/error.h"
#include "cni/ipam_conf.h"

namespace rxlease::cni {

namespace {

using attachment::Attachment;

// When an ADD was killed its IPAM plugin may go on, and would reserve addresses behind our back.
void await_interrupted_add(attachment::Machine& machine, const attachment::AttachmentStore& store,
                           const Attachment& record) {
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

// The plugin forgot nothing that a later configuration could help with.
bool may_differ(const Error& error) {
  return error.code() != static_cast<unsigned>(Code::try_again_later);
}

// With what the plugin was given at the ADD. If it fails on that, with the present configuration: what it
// needs, such as a file with its credentials, may have moved.
void release_addresses(const ReleaseCall& call, const Attachment& record) {
  const auto del = [&](const std::string& configuration) {
    Ipam(call.system, record.ipam, configuration, call.environment.path).del(ipam_subject(record));
  };
  const auto configurations = ipam_configurations(call.conf, record);
  if (!configurations.second) return del(configurations.first);
  try {
    del(configurations.first);
  } catch (const Error& error) {
    if (!may_differ(error)) throw;
    call.machine().warn(std::string(error.what()) + ", with the configuration of the ADD of " +
                        record.describe_owner() + "; rxlease tries the present one");
    del(*configurations.second);
  }
}

}  // namespace

void release(const ReleaseCall& call, Attachment record) {
  attachment::undo(call.site(), record, call.lease_timeout());
  const auto store = call.site().store();
  if (!record.ipam.empty()) {
    await_interrupted_add(call.machine(), store, record);
    release_addresses(call, record);
  }
  store.remove(record);
}

}  // namespace rxlease::cni
