// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "kernel/fd.h"
#include "kernel/netlink/socket/transport.h"

namespace rxlease::deviceplugin::xdp {

// Why the device's driver refuses the program in native mode, in its own words. attach_xdp() gets no more
// than an errno, so the program is offered once more, by rtnetlink, which carries the words. Empty: the
// driver says nothing, or takes the program now; then it is taken off again. `route`: of the device's
// namespace. Needs CAP_NET_ADMIN.
std::string reason_of_refusal(kernel::Transport& route, const kernel::Fd& program, std::uint32_t ifindex);

}  // namespace rxlease::deviceplugin::xdp
