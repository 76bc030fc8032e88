// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the XDP program and those who fill its maps agree upon.

// As many queues as a NIC, or a netkit device, has at most.
#define RXLEASE_MOST_QUEUES 1024
