// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "attachment/record/flow.h"
#include "attachment/site/machine.h"
#include "proto/node.h"

namespace rxlease::deviceplugin::lend {

// A loan: a single netkit in a pod that runs, with queues of its own. Its record says `lent`.
struct LoanSpec {
  std::vector<attachment::Attachment> of_pod;  // the pod's attachments, its loans among them
  std::vector<kernel::DeviceId> devices;       // of one NIC
  std::string interface;                       // in the pod; empty: rxq1, or the next that is free
  std::vector<attachment::Flow> flows;         // to the pod's addresses
  std::function<void(const std::vector<kernel::DeviceId>& devices)> take;  // has the guard let go of them
};

// The question's flows. NodeError refused: one cannot be read.
std::vector<attachment::Flow> flows_of(const proto::AddLeaseQuestion& question);

// Makes the loan, and returns its record. NodeError refused or try_again_later; then nothing is left of it.
attachment::Attachment make_loan(const attachment::Site& site, const LoanSpec& spec);

// Undoes a loan, and removes its record. A part of it may be gone already. Errors as make_loan's; then the
// record stays, and the loan can be undone again.
void undo_loan(const attachment::Site& site, const attachment::Attachment& record);

}  // namespace rxlease::deviceplugin::lend
