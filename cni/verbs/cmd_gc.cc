// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include "cni/spec/error.h"
#include "cni/verbs/attachments.h"
#include "cni/verbs/call.h"
#include "cni/verbs/release.h"

namespace rxlease::cni {

namespace {

bool is_valid(const std::vector<AttachmentKey>& valid, const attachment::Attachment& record) {
  const AttachmentKey key{record.container_id, record.ifname};
  return std::ranges::find(valid, key) != valid.end();
}

}  // namespace

void cmd_gc(const ReleaseCall& call) {
  if (!call.conf.valid_attachments) {
    throw Error(Code::invalid_config, "\"cni.dev/valid-attachments\" is missing",
                "GC needs the list of attachments that are to stay; an empty one removes all");
  }
  if (call.conf.name.empty()) {
    throw Error(Code::invalid_config, "\"name\" cannot be read",
                "GC releases the attachments of the network that the configuration names");
  }
  auto listing = call.site().store().list();
  for (const auto& path : listing.unreadable) {
    call.machine().warn("GC passes over " + path +
                        ": it is no attachment record; remove it if nobody needs it");
  }
  std::string failures;
  std::ranges::copy(listing.of_earlier_boots, std::back_inserter(listing.attachments));
  for (const auto& record : listing.attachments) {
    if (record.lent || record.network != call.conf.name || is_valid(*call.conf.valid_attachments, record))
      continue;
    try {
      release(call, record);
    } catch (const std::exception& error) {  // one that cannot be undone must not keep the others
      failures += (failures.empty() ? "" : "; ") + record.describe_owner() + ": " + error.what();
    }
  }
  if (!failures.empty()) {
    throw Error(Code::try_again_later, "some attachments could not be released: " + failures,
                "their records stay, and the next GC tries again");
  }
  if (const auto ipam = ipam_of(call)) ipam->gc();
}

}  // namespace rxlease::cni
