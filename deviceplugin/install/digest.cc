// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/install/digest.h"

#include <sha256.h>
#include <sys/types.h>

#include <array>
#include <cstdint>

namespace rxlease::deviceplugin::install {

std::string sha256(std::string_view content) {
  std::array<char, SHA256_DIGEST_STRING_LENGTH> digits{};
  SHA256Data(reinterpret_cast<const std::uint8_t*>(content.data()), content.size(), digits.data());
  return digits.data();
}

}  // namespace rxlease::deviceplugin::install
