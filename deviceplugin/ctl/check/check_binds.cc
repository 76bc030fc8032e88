// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/check_binds.h"

#include "deviceplugin/prepare/bind_records.h"

namespace rxlease::deviceplugin::ctl {

namespace {

void add_answer(const std::string& subject, const std::string& ifname, const nic::BindAnswer& answer,
                Findings& findings) {
  switch (answer.binding) {
    case nic::Binding::works:
      findings.ok(subject, "memory can be bound to the queues of " + ifname + ": the daemon or a pod did it");
      break;
    case nic::Binding::refused:
      findings.missing(
          subject,
          "no memory can be bound to the queues of " + ifname + ", though it leases them: " + answer.why,
          "update the firmware of the NIC, or use another for io_uring and devmem");
      break;
    case nic::Binding::unknown:
      findings.warning(
          subject,
          "the daemon could not try whether memory can be bound to the queues of " + ifname + ": " +
              answer.why,
          "let the daemon use io_uring (seccomp.install, kernel.io_uring_disabled), or try one pod");
      break;
  }
}

}  // namespace

void check_binds(const config::Config& config, const pools::Snapshot& snapshot, Findings& findings) {
  const prepare::BindRecords records(config.state_directory);
  for (const auto& pool : snapshot.pools) {
    for (const auto& nic : snapshot.nics) {
      const auto& id = nic.details.nic;
      const auto* answer = records.find(id);
      if (answer == nullptr || !prepare::serves_memory(pool, nic)) continue;
      add_answer("pool " + pool.name + ", " + id.name, id.ifname, *answer, findings);
    }
  }
}

}  // namespace rxlease::deviceplugin::ctl
