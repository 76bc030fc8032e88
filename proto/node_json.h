// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "proto/node.h"

// The members of node.h's messages. What is missing or of another type is a NodeError, malformed.

namespace rxlease::proto {

// The error for a message that `what`: "lacks …".
NodeError malformed(const std::string& what);

// The message, with its version.
std::string dump(nlohmann::json object);

// The object of a message. NodeError unsupported_version.
nlohmann::json parse_object(std::string_view message);

const nlohmann::json& member(const nlohmann::json& object, const char* key);
std::string string_of(const nlohmann::json& object, const char* key);
std::uint64_t count_of(const nlohmann::json& object, const char* key, std::uint64_t most);
std::vector<kernel::DeviceId> devices_of(const nlohmann::json& object);  // of "devices"
nlohmann::json to_json(const std::vector<kernel::DeviceId>& devices);

// The error that an answer holds in place of what was asked for.
NodeError error_in(const nlohmann::json& object);
nlohmann::json to_json(const NodeError& error);

}  // namespace rxlease::proto
