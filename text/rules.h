// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rxlease::text {

// What plugin and daemon both ask of names and paths that people write.

// A label as in Kubernetes (RFC 1123), but of any length: lower-case letters, digits and '-', of which first
// and last are no '-'.
bool is_dns_label(std::string_view text);

// Labels with dots between them, at most 253 characters.
bool is_dns_subdomain(std::string_view text);

// An absolute path of at least one component, none of them empty, "." or "..". No control characters.
bool is_normal_path(std::string_view text);

}  // namespace rxlease::text
