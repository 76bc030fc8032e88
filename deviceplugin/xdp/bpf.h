// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/fd.h"

// BPF objects and the names that they have in a bpffs, by which they outlive the process. Failures are
// KernelErrors.

namespace rxlease::deviceplugin::xdp {

// The object that is pinned at the path; nullopt when there is none.
std::optional<kernel::Fd> open_pinned(const std::string& path);

// Pins an object, and replaces in one step whatever is pinned there. One thread at a time for a path.
void pin(const kernel::Fd& object, const std::string& path, unsigned mode);

// A new map of AF_XDP sockets. Needs CAP_BPF and CAP_NET_ADMIN.
kernel::Fd make_xsk_map(std::uint32_t entries);

std::uint32_t map_id(const kernel::Fd& map);

// The value of an array or the id of a map of maps; nullopt: no entry.
std::optional<std::uint32_t> map_lookup(const kernel::Fd& map, std::uint32_t key);
void map_update(const kernel::Fd& map, std::uint32_t key, std::uint32_t value);

// A hash of the program's instructions, which tells it from others.
std::uint64_t program_tag(const kernel::Fd& program);
std::uint32_t program_id(const kernel::Fd& program);

// Where a program is attached.
struct XdpLink {
  std::uint32_t ifindex = 0;
  std::uint32_t program_id = 0;
};

// nullopt: the device has gone, or the program was detached.
std::optional<XdpLink> xdp_link(const kernel::Fd& link);

// The link by which a program of that name is attached to a device of the calling thread's namespace, pinned
// or not; nullopt: there is none. Needs CAP_SYS_ADMIN.
std::optional<kernel::Fd> find_xdp_link(std::uint32_t ifindex, std::string_view program_name);

// Attaches an XDP program to a device of the calling thread's namespace, in native mode, for as long as the
// link is open or pinned. EBUSY, EEXIST: another program is there, or a memory provider. EOPNOTSUPP: the
// driver knows no XDP. Needs CAP_NET_ADMIN.
kernel::Fd attach_xdp(const kernel::Fd& program, std::uint32_t ifindex);

// Puts another program in place of the attached one, in one step.
void replace_xdp(const kernel::Fd& link, const kernel::Fd& program);

// Takes the program off at once, whoever still holds the link.
void detach_xdp(const kernel::Fd& link);

// Whether any XDP program is attached to the device.
bool has_xdp(std::uint32_t ifindex);

}  // namespace rxlease::deviceplugin::xdp
