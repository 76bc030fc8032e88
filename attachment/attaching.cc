// SPDX-License-Identifier: Apache-2.0
#include "attachment/attaching.h"

#include "attachment/ends.h"
#include "attachment/predecessor.h"
#include "attachment/steer.h"
#include "attachment/undo.h"
#include "attachment/unsteer.h"

namespace rxlease::attachment {

Attaching::Attaching(const Site& site, kernel::Namespace& pod, Attachment record, LeaseTimeout timeout)
    : site_(site),
      pod_(pod),
      record_(std::move(record)),
      timeout_(std::move(timeout)),
      store_(site.store()),
      rollback_(site.machine) {}

bool Attaching::begin() {
  if (!store_.create(record_)) return false;
  rollback_.add("remove the record", [this] { store_.remove(record_); });
  return true;
}

NetkitDevice Attaching::make_netkit(const NetkitSpec& spec) {
  rollback_.add("delete the netkit", [this] { delete_netkit(site_.machine, record_, timeout_); });
  auto device = attachment::make_netkit(spec, record_, site_.machine.host(), pod_);
  if (device.host) record_.host_ifindex = device.host->ifindex();
  record_.interface_ifindex = device.pod.ifindex();
  store_.update(record_);
  return device;
}

void Attaching::lease(const kernel::Nic& nic) {
  lease_queues(site_, pod_, {nic, timeout_}, record_);
  store_.update(record_);
  rollback_.add("remove the lease files", [this] { remove_lease_files(site_, record_); });
  write_lease_files(site_, nic, record_);
}

void Attaching::address(const Addressing& addressing) {
  const End pod{pod_, record_.interface, record_.interface_ifindex};
  if (record_.pairing == kernel::NetkitPairing::single) {
    apply_to_single(addressing, pod);
    return;
  }
  apply(addressing, pod, {site_.machine.host(), record_.host_interface, record_.host_ifindex},
        [this](std::uint32_t ifindex) { return is_of_predecessor(store_, record_, ifindex); });
}

void Attaching::steer(const kernel::Nic& nic, const SteeringPlan& plan) {
  rollback_.add("remove the flow rules", [this] { unsteer(site_, record_); });
  attachment::steer(site_, nic, plan, record_);
}

}  // namespace rxlease::attachment
