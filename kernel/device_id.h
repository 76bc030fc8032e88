// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rxlease::kernel {

// Names one hardware receive queue in a way that outlives renames and reboots:
//
//   <parent device>[.<phys_port_name>][.d<dev_port>]-rx<queue>      0000:0a:00.0.p0-rx15
//
// The part before "-rx" names the NIC and is not parsed further: parents' names contain dots themselves
// (0000:0a:00.0, mlx5_core.sf.2), so where the port begins can be told from the existing devices only.
struct DeviceId {
  std::string nic;
  std::uint32_t queue = 0;

  // nullopt unless `text` is a NIC's name of [A-Za-z0-9:._-] that begins with a letter or digit, then "-rx"
  // and a decimal queue id without leading zeros. So an id holds no path separator.
  static std::optional<DeviceId> parse(std::string_view text);

  std::string to_string() const { return nic + "-rx" + std::to_string(queue); }

  // The id as the name of a folder that is mounted: '_' for each ':', since some container runtimes write a
  // mount as HOST:CONTAINER.
  std::string folder() const;

  auto operator<=>(const DeviceId&) const = default;
};

}  // namespace rxlease::kernel
