// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rxlease::deviceplugin::config {

// What values of the configuration have to look like, and how a message says so.

// The part of a resource before '/': a DNS subdomain that Kubernetes leaves to others. A quota puts
// "requests." in front, which has to fit too, and must not be there already.
bool is_resource_prefix(std::string_view text);
inline constexpr const char* resource_prefix_rule =
    "use a domain of your own such as \"rxlease.dev\": lower-case letters, digits, \"-\" and \".\"";

// DNS label. Kubernetes would take more, but then two pools could share a socket or an environment variable.
bool is_pool_name(std::string_view text);
inline constexpr const char* pool_name_rule =
    "use 1 to 63 lower-case letters, digits and \"-\", of which first and last are no \"-\"";

// An absolute path of at least one component, none of them empty, "." or "..", without a space at the end.
bool is_directory(std::string_view text);
inline constexpr const char* directory_rule =
    "use an absolute path without \".\", \"..\" and \"//\", that ends in neither \"/\" nor a space, and "
    "close "
    "quotation marks";

// A directory near enough to the root for the path of kubelet's longest socket in it to be an address.
bool is_kubelet_directory(std::string_view text);
inline constexpr const char* kubelet_directory_rule =
    "use an absolute path of at most 80 characters, without \".\", \"..\" and \"//\", that ends in neither "
    "\"/\" "
    "nor a space";

// A directory that a bpffs can hold, which takes no dots.
bool is_bpf_directory(std::string_view text);
inline constexpr const char* bpf_directory_rule =
    "use an absolute path in a bpffs such as \"/sys/fs/bpf/rxlease\", without \".\" and \"//\", that ends in "
    "neither \"/\" nor a space";

// What the path of a Unix socket can hold (sun_path, less the final NUL).
inline constexpr std::size_t longest_socket_path = 107;

// Where a socket can listen: an IP address and a port.
bool is_listen_address(std::string_view text);
inline constexpr const char* listen_address_rule =
    "use IP:PORT such as \"127.0.0.1:9808\" or \"[::1]:9808\", or \"\" for none";

// What a driver or a parent device can be called.
bool is_device_name(std::string_view text);
inline constexpr const char* device_name_rule = R"(use letters, digits, ":", ".", "_" and "-")";

// A PCI address the way the kernel writes it, out of one in capitals or without its domain. nullopt for any
// other text.
std::optional<std::string> kernel_pci_address(std::string_view text);

}  // namespace rxlease::deviceplugin::config
