// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/system/fixture/nic/simulated_nic.h"

namespace rxlease::tests {

// Wires the first ports of two NICs together: from now on either one's carrier comes and goes with the wire
// and with the other one. (A netdevsim port without a wire has a carrier until it is set down for the first
// time.)
void plug_wire(const SimulatedNic& one, const SimulatedNic& other);
void pull_wire(const SimulatedNic& one);

// Sends frames out of one end of a wire, so that the other receives them.
void send_frames(const SimulatedNic& from, unsigned count);

}  // namespace rxlease::tests
