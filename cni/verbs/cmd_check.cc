// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "attachment/verify.h"
#include "cni/spec/error.h"
#include "cni/system/result.h"
#include "cni/verbs/attachments.h"
#include "cni/verbs/call.h"

namespace rxlease::cni {

namespace {

using attachment::Attachment;
using kernel::NetkitPairing;
using Problems = std::vector<std::string>;

const Interface* interface_named(const Result& result, const std::string& name) {
  const auto found = std::ranges::find_if(result.interfaces, [&](const Interface& interface) {
    return interface.name == name && !interface.sandbox.empty();
  });
  return found == result.interfaces.end() ? nullptr : &*found;
}

// The part of prevResult that is ours. Other plugins of the list give their own interfaces addresses; one
// without an interface is the main network's, as are all routes.
Result own_part(Result result, const Attachment& record) {
  const bool single = record.pairing == NetkitPairing::single;
  std::erase_if(result.ips, [&](const auto& ip) {
    if (!ip.interface || *ip.interface >= result.interfaces.size()) return single;
    return result.interfaces[*ip.interface].name != record.interface;
  });
  if (single) result.routes.clear();
  return result;
}

// The MTU may have been set by a plugin behind us: tuning does, and leaves the result as it is.
Problems find_problems(const Call& call, const Attachment& record, const Result& result,
                       const Interface& expected) {
  const auto pod = call.machine().open_netns(call.environment.netns);
  if (!pod) return {"CNI_NETNS \"" + call.environment.netns + "\" is no network namespace"};
  if (pod->cookie() != record.netns_cookie) return {"CNI_NETNS is another namespace than at ADD"};
  return attachment::find_deviations(
      call.machine(), *pod, record,
      {.mac = expected.mac, .addressing = addressing_of(own_part(result, record), record.pairing)});
}

[[noreturn]] void fail(const Problems& problems) {
  std::string message;
  for (const auto& problem : problems) message += (message.empty() ? "" : "; ") + problem;
  throw Error(Code::check_failed, message,
              "an attachment cannot be mended: delete the pod, and it is made anew");
}

}  // namespace

void cmd_check(const Call& call) {
  if (!call.conf.prev_result) {
    throw Error(Code::invalid_config, "\"prevResult\" is missing", "CHECK needs the result of the ADD");
  }
  const auto result = parse_result(*call.conf.prev_result, "prevResult");
  const auto record = find_attachment(call);
  // Every CHECK has a prevResult, so only the record tells whether a single was chained.
  const auto interface = record ? record->interface : interface_of(call);
  const auto* expected = interface_named(result, interface);
  const bool passed_through = !record && expected == nullptr && call.conf.queues.devices.empty();
  if (passed_through && call.conf.netkit.pairing == NetkitPairing::single) return;
  if (!record) fail({"there is no record of interface " + interface});
  if (expected == nullptr) fail({"\"prevResult\" does not list interface " + interface});
  const auto problems = find_problems(call, *record, result, *expected);
  if (!problems.empty()) fail(problems);
  if (const auto ipam = ipam_of(call)) ipam->check(ipam_subject(*record));
}

}  // namespace rxlease::cni
