// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace rxlease::cni {

// The versions of the CNI specification that the plugin speaks, oldest first.
inline constexpr std::array<std::string_view, 4> supported_versions{"0.3.1", "0.4.0", "1.0.0", "1.1.0"};

// Results of 0.3.1 and 0.4.0 carry the IP version of each address; later ones do not.
constexpr bool has_ip_version(std::string_view version) {
  return version == "0.3.1" || version == "0.4.0";
}
constexpr bool has_check(std::string_view version) {
  return version != "0.3.1";
}
// 1.1.0 brought the MTU of interfaces, and of routes everything but dst and gw.
constexpr bool has_mtu(std::string_view version) {
  return version == "1.1.0";
}
constexpr bool has_gc_and_status(std::string_view version) {
  return version == "1.1.0";
}

}  // namespace rxlease::cni
