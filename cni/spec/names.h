// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "text/rules.h"

namespace rxlease::cni {

// The rules for names: those that records share, and those of Kubernetes. Where two messages need a rule in
// words, the words stand beside it.
using text::is_cni_name;
using text::is_interface_name;
using text::is_plugin_name;
using text::is_printable;

inline constexpr std::string_view cni_name_rule =
    R"(use letters, digits, "_", "." and "-", of which the first is a letter or a digit)";
inline constexpr std::string_view interface_name_rule =
    R"(use 1 to 15 printable characters without "/", ":", "%" and white space, other than "." and "..")";

// An extended resource of Kubernetes: a DNS subdomain, '/', and a name of at most 63 characters.
// Domains that end with kubernetes.io are Kubernetes' own.
bool is_resource_name(std::string_view text);

}  // namespace rxlease::cni
