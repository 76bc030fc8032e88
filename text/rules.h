// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rxlease::text {

// Rules for names and paths in configurations, shared by the plugin and the daemon.

// A label as in Kubernetes (RFC 1123), but of any length: lower-case letters, digits and '-', neither first
// nor last a '-'.
bool is_dns_label(std::string_view text);

// Labels with dots between them, at most 253 characters.
bool is_dns_subdomain(std::string_view text);

// An absolute path of at least one component, none of them empty, "." or "..". No control characters.
bool is_normal_path(std::string_view text);

}  // namespace rxlease::text
