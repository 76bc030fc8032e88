// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rxlease::deviceplugin::config {

// Rules for the configuration's values, each with its text for messages.

// The part of a resource before '/': a DNS subdomain outside of kubernetes.io. A quota puts "requests."
// before it, so there must be room for that, and it must not begin with it.
bool is_resource_prefix(std::string_view text);
inline constexpr const char* resource_prefix_rule =
    "use a domain of your own such as \"rxlease.dev\": lower-case letters, digits, \"-\" and \".\"";

// A DNS label. Kubernetes accepts more, but then two pools could have the same socket or environment
// variable.
bool is_pool_name(std::string_view text);
inline constexpr const char* pool_name_rule =
    "use 1 to 63 lower-case letters, digits and \"-\", with no \"-\" at either end";

// An absolute path of at least one component, none of them empty, "." or "..", without a space at the end.
bool is_directory(std::string_view text);
inline constexpr const char* directory_rule =
    "use an absolute path without \".\", \"..\" and \"//\", with no \"/\" or space at its end, and close all "
    "quotation marks";

// A directory whose path is short enough: that of kubelet's longest socket below must fit into an address.
bool is_kubelet_directory(std::string_view text);
inline constexpr const char* kubelet_directory_rule =
    "use an absolute path of at most 80 characters, without \".\", \"..\" and \"//\", with no \"/\" or space "
    "at "
    "its end";

// A directory in a bpffs, which allows no dots in names.
bool is_bpf_directory(std::string_view text);
inline constexpr const char* bpf_directory_rule =
    "use an absolute path in a bpffs such as \"/sys/fs/bpf/rxlease\", without \".\" and \"//\", with no "
    "\"/\" or "
    "space at its end";

// The longest path of a Unix socket (sun_path without the final NUL).
inline constexpr std::size_t longest_socket_path = 107;

// An address to listen at: IP and port.
bool is_listen_address(std::string_view text);
inline constexpr const char* listen_address_rule =
    "use IP:PORT such as \"127.0.0.1:9808\" or \"[::1]:9808\", or \"\" for none";

// A name that a driver or a parent device can have.
bool is_device_name(std::string_view text);
inline constexpr const char* device_name_rule = R"(use letters, digits, ":", ".", "_" and "-")";

// A PCI address as the kernel writes it, from one with capitals or without the domain. nullopt for any other
// text.
std::optional<std::string> kernel_pci_address(std::string_view text);

}  // namespace rxlease::deviceplugin::config
