// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rxlease::deviceplugin::xdp {

// A message of a pod's program: "/xsk_map_fd, rxq0". Clients send it with and without blanks, which mean
// nothing.
struct HandshakeRequest {
  std::string verb;
  std::vector<std::string> arguments;

  bool operator==(const HandshakeRequest&) const = default;
};

HandshakeRequest parse_handshake_request(std::string_view text);

}  // namespace rxlease::deviceplugin::xdp
