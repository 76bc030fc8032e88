// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "kernel/fd.h"

namespace rxlease::deviceplugin::operate {

// A socket that listens on "127.0.0.1:9808" or "[::1]:9808", or at a path such as "/run/rxlease/probes.sock",
// and does not block. It replaces a socket that an earlier process has left at the path. KernelError that
// names the address if it is no IP:PORT and no path, or the kernel refuses it.
kernel::Fd listen_on(const std::string& text);

// The port of such a TCP socket: the kernel's choice if the address had port 0.
std::uint16_t port_of(const kernel::Fd& listener);

}  // namespace rxlease::deviceplugin::operate
