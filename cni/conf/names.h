// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rxlease::cni {

// What may be called what: rules of the CNI specification, Linux and Kubernetes. All of them refuse the empty
// text and control characters. A rule's own words, where two messages need them, stand beside it.

// Container ids and network names (CNI specification 1.1.0): letters, digits, '_', '.' and '-', of which the
// first is a letter or a digit. No path separator can pass.
bool is_cni_name(std::string_view text);
inline constexpr std::string_view cni_name_rule =
    R"(use letters, digits, "_", "." and "-", of which the first is a letter or a digit)";

// CNI_IFNAME (CNI specification, and dev_valid_name() in Linux): 1 to 15 printable characters without white
// space,
// '/' and ':', and neither "." nor "..". Without '%' too: Linux would make a number of it.
bool is_interface_name(std::string_view text);
inline constexpr std::string_view interface_name_rule =
    R"(use 1 to 15 printable characters without "/", ":", "%" and white space, other than "." and "..")";

// The name of a plugin's file: no '/', and neither "." nor "..".
bool is_plugin_name(std::string_view text);

// An extended resource of Kubernetes: a DNS subdomain, '/', and a name of at most 63 characters.
// kubernetes.io and what ends so is Kubernetes' own.
bool is_resource_name(std::string_view text);

// Printable ASCII without spaces.
bool is_printable(std::string_view text);

}  // namespace rxlease::cni
