// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/hand_off/handshake_request.h"

namespace rxlease::deviceplugin::xdp {

// Some clients send the terminating NUL too.
HandshakeRequest parse_handshake_request(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text.substr(0, text.find('\0'))) {
    if (c == ',') {
      words.emplace_back();
    } else if (c != ' ' && c != '\n') {
      words.back() += c;
    }
  }
  return {std::move(words.front()), {std::next(words.begin()), words.end()}};
}

}  // namespace rxlease::deviceplugin::xdp
