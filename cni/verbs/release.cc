// SPDX-License-Identifier: Apache-2.0
#include "cni/verbs/release.h"

#include <algorithm>
#include <array>

#include "attachment/undo.h"
#include "cni/spec/error.h"
#include "cni/system/ipam_conf.h"
#include "cni/verbs/attachments.h"
#include "kernel/error.h"

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

// Whether the same call may succeed later: the plugin says so, or it crashed.
bool may_end(const Error& error) {
  constexpr std::array codes{Code::io_failure, Code::decode_failure, Code::try_again_later};
  return std::ranges::any_of(codes, [&](Code code) { return error.code() == static_cast<unsigned>(code); });
}

// With what the plugin was given at the ADD. If it fails on that, with the present configuration: what it
// needs, such as a file with its credentials, may have moved.
void release_addresses(const ReleaseCall& call, const Attachment& record) {
  const auto del = [&](const std::string& configuration) {
    const IpamSpec spec{record.ipam, configuration, call.conf.ipam_timeout};
    Ipam(call.system, spec, call.environment.path).del(ipam_subject(record));
  };
  const auto configurations = ipam_configurations(call.conf, record);
  if (!configurations.second) return del(configurations.first);
  try {
    del(configurations.first);
  } catch (const Error& error) {
    if (may_end(error)) throw;
    call.machine().warn(std::string(error.what()) + ", with the configuration of the ADD of " +
                        record.describe_owner() + "; rxlease tries the present one");
    del(*configurations.second);
  }
}

// Whether the path leads to the record's namespace.
bool leads_there(attachment::Machine& machine, const std::string& path, const Attachment& record) {
  try {
    const auto pod = machine.open_netns(path);
    return pod && pod->cookie() == record.netns_cookie;
  } catch (const kernel::KernelError& error) {
    machine.warn("CNI_NETNS: " + std::string(error.what()) + "; rxlease goes by the record's path " +
                 record.netns);
    return false;
  }
}

// The runtime may know the namespace by another path than at the ADD.
void take_path_of_call(const ReleaseCall& call, Attachment& record) {
  const auto& path = call.environment.netns;
  if (path.empty() || path == record.netns || !record.is_of_this_boot()) return;
  if (leads_there(call.machine(), path, record)) record.netns = path;
}

// From here on the daemon does not heal the attachment, and what it has healed before is in the record. An
// ADD that has not ended is not healed; its record must stay the file by which its IPAM plugin is waited for.
// A full disk must not keep the pod: without the mark the daemon undoes what it heals once the record is
// gone.
Attachment keep_from_healing(attachment::Machine& machine, const attachment::AttachmentStore& store,
                             Attachment record) {
  if (!record.blueprint) return record;
  try {
    const auto claim = store.claim(record);
    auto stored = store.find(record.container_id, record.interface);
    if (!stored) return record;  // another DEL was faster
    record = *stored;
    stored->ending = true;
    store.update(*stored);
  } catch (const kernel::KernelError& error) {
    machine.warn("the daemon cannot be kept from healing " + record.describe_owner() +
                 " while it is undone: " + error.what());
  }
  return record;
}

// What the daemon lent to a pod goes with the last attachment that the runtime made: the one of this
// interface.
void release_loans(const ReleaseCall& call, const std::string& container_id, const std::string& interface) {
  auto records = call.site().store().list_of(container_id);
  std::erase_if(records, [&](const auto& record) { return record.interface == interface; });
  if (!std::ranges::all_of(records, &Attachment::lent)) return;
  for (const auto& record : records) release(call, record);
}

}  // namespace

void release(const ReleaseCall& call, Attachment found) {
  auto record = keep_from_healing(call.machine(), call.site().store(), std::move(found));
  take_path_of_call(call, record);
  if (!record.lent) release_loans(call, record.container_id, record.interface);
  attachment::undo(call.site(), record, call.lease_timeout());
  const auto store = call.site().store();
  if (record.ipam == call.conf.type) {
    call.machine().warn("the record of " + record.describe_owner() + " names " + record.ipam +
                        " as its IPAM plugin, which is this very plugin; rxlease does not call it");
  } else if (!record.ipam.empty()) {
    await_interrupted_add(call.machine(), store, record);
    release_addresses(call, record);
  }
  store.remove(record);
}

void release_addresses_only(const ReleaseCall& call) {
  const auto& environment = call.environment;
  const auto& interface = call.conf.lists_interface ? call.conf.interface : environment.ifname;
  try {
    if (const auto ipam = ipam_of(call)) ipam->del({environment.container_id, environment.netns, interface});
  } catch (const Error& error) {
    if (may_end(error)) throw;
    call.machine().warn(std::string(error.what()) + "; there is no attachment of container " +
                        environment.container_id + ", interface " + interface +
                        ", whose addresses could be released");
  }
}

void release_lost(const ReleaseCall& call, const attachment::LostAttachment& lost) {
  release_loans(call, lost.container_id, lost.interface);
  attachment::undo_lost(call.site(), lost, call.lease_timeout());
  if (const auto ipam = ipam_of(call)) ipam->del({lost.container_id, lost.netns, lost.interface});
  Attachment record;
  record.container_id = lost.container_id;
  record.interface = lost.interface;
  call.site().store().remove(record);
}

}  // namespace rxlease::cni
