// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/refusal.h"

#include <linux/if_link.h>

#include "kernel/error.h"
#include "kernel/netlink/links.h"

namespace rxlease::deviceplugin::xdp {

namespace {

kernel::Link with_program(std::uint32_t ifindex, int program, std::uint32_t flags) {
  kernel::Link link;
  link.ifinfo.ifi_index = static_cast<int>(ifindex);
  link.xdp = kernel::XdpAttrs{.attached = std::nullopt, .fd = program, .flags = flags};
  return link;
}

}  // namespace

std::string reason_of_refusal(kernel::Transport& route, const kernel::Fd& program, std::uint32_t ifindex) {
  const kernel::Links links(route);
  try {
    links.setlink(with_program(ifindex, program.get(), XDP_FLAGS_DRV_MODE | XDP_FLAGS_UPDATE_IF_NOEXIST));
    links.setlink(with_program(ifindex, -1, XDP_FLAGS_DRV_MODE));
    return "";
  } catch (const kernel::KernelError& error) {
    return error.extack();
  }
}

}  // namespace rxlease::deviceplugin::xdp
