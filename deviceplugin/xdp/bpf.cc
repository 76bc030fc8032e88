// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/bpf.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "kernel/error.h"
#include "kernel/files.h"

namespace rxlease::deviceplugin::xdp {

using kernel::Fd;
using kernel::throw_errno;

namespace {

template <typename Info>
Info info_of(const Fd& object) {
  Info info{};
  std::uint32_t size = sizeof(info);
  if (bpf_obj_get_info_by_fd(object.get(), &info, &size) != 0) throw_errno("bpf OBJ_GET_INFO_BY_FD");
  return info;
}

}  // namespace

std::optional<Fd> open_pinned(const std::string& path) {
  Fd object(bpf_obj_get(path.c_str()));
  if (object) return object;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw_errno("bpf OBJ_GET " + path);
}

void pin(const Fd& object, const std::string& path, unsigned mode) {
  const auto partial = path + "+new";  // a bpffs takes no dots
  kernel::remove_file(partial);
  if (bpf_obj_pin(object.get(), partial.c_str()) != 0) throw_errno("bpf OBJ_PIN " + partial);
  if (chmod(partial.c_str(), mode) != 0) throw_errno("chmod " + partial);
  if (std::rename(partial.c_str(), path.c_str()) != 0) throw_errno("rename " + partial + " to " + path);
}

Fd make_xsk_map(std::uint32_t entries) {
  Fd map(bpf_map_create(BPF_MAP_TYPE_XSKMAP, "rxlease", sizeof(std::uint32_t), sizeof(std::uint32_t), entries,
                        nullptr));
  if (!map) throw_errno("bpf MAP_CREATE xskmap");
  return map;
}

std::uint32_t map_id(const Fd& map) {
  return info_of<bpf_map_info>(map).id;
}

std::optional<std::uint32_t> map_lookup(const Fd& map, std::uint32_t key) {
  std::uint32_t value = 0;
  if (bpf_map_lookup_elem(map.get(), &key, &value) == 0) return value;
  if (errno == ENOENT) return std::nullopt;
  throw_errno("bpf MAP_LOOKUP_ELEM " + std::to_string(key));
}

void map_update(const Fd& map, std::uint32_t key, std::uint32_t value) {
  if (bpf_map_update_elem(map.get(), &key, &value, BPF_ANY) != 0) {
    throw_errno("bpf MAP_UPDATE_ELEM " + std::to_string(key));
  }
}

std::uint64_t program_tag(const Fd& program) {
  const auto info = info_of<bpf_prog_info>(program);
  std::uint64_t tag = 0;
  static_assert(sizeof(info.tag) == sizeof(tag));
  std::memcpy(&tag, info.tag, sizeof(tag));
  return tag;
}

std::uint32_t program_id(const Fd& program) {
  return info_of<bpf_prog_info>(program).id;
}

std::optional<XdpLink> xdp_link(const Fd& link) {
  const auto info = info_of<bpf_link_info>(link);
  if (info.xdp.ifindex == 0) return std::nullopt;
  return XdpLink{.ifindex = info.xdp.ifindex, .program_id = info.prog_id};
}

namespace {

bool is_named(std::uint32_t program, std::string_view name) {
  const Fd fd(bpf_prog_get_fd_by_id(program));
  return fd && info_of<bpf_prog_info>(fd).name == name;
}

}  // namespace

std::optional<Fd> find_xdp_link(std::uint32_t ifindex, std::string_view program_name) {
  std::uint32_t id = 0;
  while (bpf_link_get_next_id(id, &id) == 0) {
    Fd link(bpf_link_get_fd_by_id(id));
    if (!link) continue;  // it has ended since
    const auto info = info_of<bpf_link_info>(link);
    const bool is_there = info.type == BPF_LINK_TYPE_XDP && info.xdp.ifindex == ifindex;
    if (is_there && is_named(info.prog_id, program_name)) return link;
  }
  if (errno != ENOENT) throw_errno("bpf LINK_GET_NEXT_ID");
  return std::nullopt;
}

Fd attach_xdp(const Fd& program, std::uint32_t ifindex) {
  bpf_link_create_opts options{};
  options.sz = sizeof(options);
  options.flags = XDP_FLAGS_DRV_MODE;
  Fd link(bpf_link_create(program.get(), static_cast<int>(ifindex), BPF_XDP, &options));
  if (!link) throw_errno("bpf LINK_CREATE xdp on ifindex " + std::to_string(ifindex));
  return link;
}

void replace_xdp(const Fd& link, const Fd& program) {
  if (bpf_link_update(link.get(), program.get(), nullptr) != 0) throw_errno("bpf LINK_UPDATE");
}

void detach_xdp(const Fd& link) {
  if (bpf_link_detach(link.get()) != 0) throw_errno("bpf LINK_DETACH");
}

bool has_xdp(std::uint32_t ifindex) {
  std::uint32_t id = 0;
  return bpf_xdp_query_id(static_cast<int>(ifindex), 0, &id) == 0 && id != 0;
}

}  // namespace rxlease::deviceplugin::xdp
