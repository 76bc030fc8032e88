// SPDX-License-Identifier: Apache-2.0
#include "cni/verbs/find_record.h"

#include <algorithm>

namespace rxlease::cni {

namespace {

using attachment::Attachment;
using kernel::NetkitPairing;

// What the daemon has lent is of no call, whatever its name.
bool is_of_call(const Attachment& record, const ReleaseCall& call) {
  return !record.lent && record.ifname == call.environment.ifname;
}

bool was_chained(const Attachment& record) {
  return record.interface != record.ifname;
}

// Whether the configuration is for another interface than the record's, for what the rest of it may have
// been.
bool is_another_plugins(const Attachment& record, const ReleaseConf& conf) {
  if (!conf.pairing) return false;
  if (*conf.pairing == NetkitPairing::pair) return was_chained(record);
  return conf.lists_interface && !was_chained(record);  // it has made an interface beside this one
}

// A single's own record is rather a chained one.
bool is_likelier(const Attachment& record, const Attachment& other) {
  return was_chained(record) && !was_chained(other);
}

}  // namespace

std::vector<std::string> possible_interfaces(const ReleaseCall& call) {
  const auto& conf = call.conf;
  const auto& ifname = call.environment.ifname;
  if (conf.interface == ifname || conf.pairing == NetkitPairing::pair) return {ifname};
  return {conf.interface, ifname};
}

std::optional<Attachment> find_record(const ReleaseCall& call) {
  const auto store = call.site().store();
  const auto& container = call.environment.container_id;
  for (const auto& interface : possible_interfaces(call)) {
    auto record = store.find(container, interface);
    if (record && is_of_call(*record, call) && record->pairing == call.conf.pairing) return record;
  }
  return std::nullopt;
}

std::optional<Attachment> find_record_of_edited_file(const ReleaseCall& call) {
  auto records = call.site().store().list_of(call.environment.container_id);
  std::erase_if(records, [&](const auto& record) {
    return !is_of_call(record, call) || is_another_plugins(record, call.conf);
  });
  const auto best = std::ranges::min_element(records, is_likelier);
  return best == records.end() ? std::nullopt : std::optional(*best);
}

}  // namespace rxlease::cni
