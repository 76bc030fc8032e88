// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rxlease::cni {

// The rules for names: those of the CNI specification, Linux and Kubernetes. All refuse the empty text and
// control characters. Where two messages need a rule in words, the words stand beside it.

// Container ids and network names (CNI specification 1.1.0): letters, digits, '_', '.' and '-', of which the
// first is a letter or a digit. No path separator can pass.
bool is_cni_name(std::string_view text);
inline constexpr std::string_view cni_name_rule =
    R"(use letters, digits, "_", "." and "-", of which the first is a letter or a digit)";

// CNI_IFNAME (CNI specification, and dev_valid_name() in Linux): 1 to 15 printable characters other than
// white space, '/' and ':'; neither "." nor "..". No '%' either, which Linux would replace by a number.
bool is_interface_name(std::string_view text);
inline constexpr std::string_view interface_name_rule =
    R"(use 1 to 15 printable characters without "/", ":", "%" and white space, other than "." and "..")";

// The name of a plugin's file: no '/', and neither "." nor "..".
bool is_plugin_name(std::string_view text);

// An extended resource of Kubernetes: a DNS subdomain, '/', and a name of at most 63 characters.
// Domains that end with kubernetes.io are Kubernetes' own.
bool is_resource_name(std::string_view text);

// Printable ASCII without spaces.
bool is_printable(std::string_view text);

}  // namespace rxlease::cni
