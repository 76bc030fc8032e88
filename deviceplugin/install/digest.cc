// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/install/digest.h"

#include <openssl/sha.h>

#include <array>

namespace rxlease::deviceplugin::install {

std::string sha256(std::string_view content) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256_CTX context{};
  SHA256_Init(&context);
  SHA256_Update(&context, content.data(), content.size());
  SHA256_Final(digest.data(), &context);
  std::string text;
  for (const auto byte : digest) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

}  // namespace rxlease::deviceplugin::install
