// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace rxlease::examples {

// Tells the NIC's XDP program of an AF_XDP socket, which is bound to the queue of the folder. Both throw
// std::system_error or std::runtime_error.

// By the daemon: the socket is sent to afxdp.sock, for which a daemon that is being restarted is waited
// for, five seconds at most. Needs no capability, and no bpf(), which seccomp profiles forbid.
void hand_over(const std::string& folder, int xdp_socket);

// By ourselves: the socket is put into the queue's map, xsks_map, where the pod's number of the queue is.
void put_into_map(const std::string& folder, std::uint32_t queue, int xdp_socket);

}  // namespace rxlease::examples
