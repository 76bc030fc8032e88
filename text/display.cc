// SPDX-License-Identifier: Apache-2.0
#include "text/display.h"

#include <nlohmann/json.hpp>

namespace rxlease::text {

std::string display_json(const nlohmann::json& value) {
  constexpr std::size_t limit = 64;
  constexpr std::string_view mark = "...";
  constexpr bool ascii_only = true;
  // Environment variables need not be UTF-8: `replace` writes \ufffd instead of throwing.
  auto shown = value.dump(-1, ' ', ascii_only, nlohmann::json::error_handler_t::replace);
  if (shown.size() <= limit) return shown;
  shown.resize(limit - mark.size());
  return shown.append(mark);
}

std::string display(std::string_view text) {
  return display_json(nlohmann::json(text));
}

}  // namespace rxlease::text
