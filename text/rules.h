// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rxlease::text {

// Rules for names and paths in configurations and records, shared by the plugin and the daemon. All rules for
// names refuse the empty text and control characters.

// A label as in Kubernetes (RFC 1123), but of any length: lower-case letters, digits and '-', neither first
// nor last a '-'.
bool is_dns_label(std::string_view text);

// Labels with dots between them, at most 253 characters.
bool is_dns_subdomain(std::string_view text);

// An absolute path of at least one component, none of them empty, "." or "..". No control characters.
bool is_normal_path(std::string_view text);

// Printable ASCII without spaces.
bool is_printable(std::string_view text);

// Container ids and network names (CNI specification 1.1.0): letters, digits, '_', '.' and '-', of which the
// first is a letter or a digit. No path separator can pass.
bool is_cni_name(std::string_view text);

// CNI_IFNAME (CNI specification, and dev_valid_name() in Linux): 1 to 15 printable characters other than
// white space, '/' and ':'; neither "." nor "..". No '%' either, which Linux would replace by a number.
bool is_interface_name(std::string_view text);

// The name of a plugin's file: no '/', no control character, and neither "." nor "..".
bool is_plugin_name(std::string_view text);

}  // namespace rxlease::text
