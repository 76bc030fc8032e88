// SPDX-License-Identifier: Apache-2.0
#pragma once

// Shared by the XDP program and the code that fills its maps.

// The largest number of queues of a NIC or a netkit device.
#define RXLEASE_MOST_QUEUES 1024
