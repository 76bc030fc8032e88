// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "attachment/addressing/addressing.h"
#include "attachment/site/machine.h"

namespace rxlease::attachment {

// How an attachment is to be, as far as its record does not tell.
struct Expectation {
  std::string mac;  // of the pod's end; empty: whatever it is
  Addressing addressing;
};

// What the kernel has otherwise than the record and the expectation say: links, leases, steering, addresses
// and routes. A phrase each: "interface eth0 is down". Empty when all is as it was made. REQUIRES: `pod` is
// the recorded namespace.
std::vector<std::string> find_deviations(Machine& machine, kernel::Namespace& pod, const Attachment& record,
                                         const Expectation& expectation);

}  // namespace rxlease::attachment
