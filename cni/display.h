// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace rxlease::cni {

// A value as messages show it: JSON text of at most 64 characters, all of them printable ASCII. So nothing
// that a caller wrote can break the error JSON, forge a line of a log or fill it.
std::string display(const nlohmann::json& value);

}  // namespace rxlease::cni
