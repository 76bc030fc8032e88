// SPDX-License-Identifier: Apache-2.0
#include "cni/display.h"

#include <string_view>

namespace rxlease::cni {

std::string display(const nlohmann::json& value) {
  constexpr std::size_t limit = 64;
  constexpr std::string_view mark = "...";
  constexpr bool ascii_only = true;
  // Environment variables need not be UTF-8: their stray bytes come out as \ufffd instead of as an exception.
  auto text = value.dump(-1, ' ', ascii_only, nlohmann::json::error_handler_t::replace);
  if (text.size() <= limit) return text;
  text.resize(limit - mark.size());
  return text.append(mark);
}

}  // namespace rxlease::cni
