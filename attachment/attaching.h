// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "attachment/addressing/addressing.h"
#include "attachment/leasing.h"
#include "attachment/netkit.h"
#include "attachment/record/attachment.h"
#include "attachment/record/steering_plan.h"
#include "attachment/rollback.h"
#include "attachment/site/machine.h"

namespace rxlease::attachment {

// An attachment while it is made, or made again, act by act, in the order of the functions below. The record
// is brought up to date after each, so that a kill leaves enough to undo. Unless it is kept the destructor
// undoes everything, the last act first.
class Attaching {
 public:
  // `pod` is the record's namespace. The timeout bounds the wait for a queue that is taken.
  Attaching(const Site& site, kernel::Namespace& pod, Attachment record, LeaseTimeout timeout);

  // Writes the first record. False, changing nothing, when the container has one for this interface.
  [[nodiscard]] bool begin();

  // Instead of begin(), for an attachment whose netkit is gone: the record stays whatever happens, and has
  // one generation more if the attachment is kept. KernelError ENOENT when the record was removed.
  void begin_again();

  // Adds a step of the caller's own to what is undone. `what` completes the sentence "could not …".
  void also_undo(std::string what, std::function<void()> step) {
    rollback_.add(std::move(what), std::move(step));
  }

  NetkitDevice make_netkit(const NetkitSpec& spec);  // its links, as the kernel sees them
  void lease(const kernel::Nic& nic);                // all devices of the record
  void address(const Addressing& addressing);        // of the record's pairing
  void steer(const kernel::Nic& nic, const SteeringPlan& plan);
  void add_proxies(const kernel::Nic& nic, const std::vector<kernel::IpAddress>& addresses);
  void publish(const kernel::Nic& nic);  // lease.json of all devices, which says that they can be used

  // Ends the making: the record gets the blueprint, and how long the ADD took, for the daemon's metrics, and
  // nothing is undone any more. A record that cannot be written is a warning then: what it lacks is needed
  // only for these two.
  void keep(std::chrono::steady_clock::duration add_duration);

  // Ends making it again. KernelError when the record cannot be written: then all is undone.
  void keep_again();

  const Attachment& record() const { return record_; }

 private:
  Site site_;
  kernel::Namespace& pod_;
  Attachment record_;
  Blueprint blueprint_;  // of what was made
  LeaseTimeout timeout_;
  AttachmentStore store_;
  Rollback rollback_;  // last: its steps use the others
};

}  // namespace rxlease::attachment
