// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/nic_program.h"

#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <redirect.skel.h>
#include <spdlog/spdlog.h>
#include <sys/vfs.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

#include "deviceplugin/xdp/bpf.h"
#include "deviceplugin/xdp/most_queues.h"
#include "kernel/error.h"
#include "kernel/files.h"

namespace rxlease::deviceplugin::xdp {

namespace {

using kernel::Fd;
using kernel::KernelError;

constexpr mode_t directory_mode = 0700;
constexpr unsigned own_mode = 0600;
constexpr unsigned map_mode = 0666;  // a pod's user may be anybody
constexpr std::uint32_t first_key =
    1;  // queue 0 of a netkit device is its own; 1 is the first that it leases
constexpr std::string_view program_name = "rxlease";  // of redirect.bpf.c

struct Destroy {
  void operator()(redirect* object) const { redirect__destroy(object); }
};
using Object = std::unique_ptr<redirect, Destroy>;

Fd duplicate(int fd) {
  Fd copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!copy) kernel::throw_errno("fcntl F_DUPFD_CLOEXEC");
  return copy;
}

int log_for_debugging(libbpf_print_level, const char* format, va_list arguments) {
  if (!spdlog::should_log(spdlog::level::debug)) return 0;
  std::array<char, 512> line{};
  std::vsnprintf(line.data(), line.size(), format, arguments);
  spdlog::debug("libbpf: {}", line.data());
  return 0;
}

// libbpf would say no more than that an argument is invalid.
void require_bpffs(const std::string& directory) {
  struct statfs status {};
  if (statfs(directory.c_str(), &status) != 0) kernel::throw_errno("statfs " + directory);
  if (status.f_type == BPF_FS_MAGIC) return;
  throw KernelError(
      "pinning in " + directory, EINVAL,
      "no bpffs is mounted there; mount one (mount -t bpf bpf /sys/fs/bpf), or set bpfDirectory");
}

// Maps that are pinned in the directory already are used on. EINVAL: they are of another kind.
Object open_and_load(const std::string& directory) {
  libbpf_set_print(log_for_debugging);
  Object object(redirect__open());
  if (!object) kernel::throw_errno("bpf: opening the XDP program");
  if (bpf_map__set_pin_path(object->maps.queues, (directory + "/queues").c_str()) != 0 ||
      bpf_map__set_pin_path(object->maps.keys, (directory + "/keys").c_str()) != 0) {
    kernel::throw_errno("bpf: naming the XDP program's maps");
  }
  if (redirect__load(object.get()) != 0) kernel::throw_errno("bpf: loading the XDP program");
  return object;
}

}  // namespace

NicProgram::NicProgram(std::string directory, std::uint32_t ifindex) : directory_(std::move(directory)) {
  kernel::make_directory(directory_, directory_mode);
  require_bpffs(directory_);
  Object object;
  try {
    object = open_and_load(directory_);
  } catch (const KernelError& error) {
    if (error.error() != EINVAL || !open_pinned(directory_ + "/queues")) throw;
    spdlog::warn("{} is of another version of rxlease and unusable: its NIC starts anew", directory_);
    remove(directory_);
    kernel::make_directory(directory_, directory_mode);
    object = open_and_load(directory_);
  }
  queues_ = duplicate(bpf_map__fd(object->maps.queues));
  keys_ = duplicate(bpf_map__fd(object->maps.keys));
  attach(duplicate(bpf_program__fd(object->progs.rxlease)), ifindex);
}

void NicProgram::attach(const Fd& program, std::uint32_t ifindex) const {
  const auto program_path = directory_ + "/program";
  const auto link_path = directory_ + "/link";
  const auto link = open_pinned(link_path);
  const auto attached = link ? xdp_link(*link) : std::nullopt;
  if (!attached || attached->ifindex != ifindex) {
    pin(attach_xdp(program, ifindex), link_path, own_mode);
    pin(program, program_path, own_mode);
    return;
  }
  const auto pinned = open_pinned(program_path);
  if (pinned && program_id(*pinned) == attached->program_id && program_tag(*pinned) == program_tag(program)) {
    return;
  }
  replace_xdp(*link, program);
  pin(program, program_path, own_mode);
}

bool NicProgram::is_attached(std::uint32_t ifindex) const {
  const auto link = open_pinned(directory_ + "/link");
  const auto attached = link ? xdp_link(*link) : std::nullopt;
  return attached && attached->ifindex == ifindex;
}

std::string NicProgram::map_path(std::uint32_t queue) const {
  return directory_ + "/rx" + std::to_string(queue);
}

Fd NicProgram::map(std::uint32_t queue) const {
  auto map = open_pinned(map_path(queue));
  if (!map) throw KernelError("bpf OBJ_GET " + map_path(queue), ENOENT);
  return std::move(*map);
}

// A kill between the two steps of renew() leaves the program with another map than the pinned one.
void NicProgram::provide(std::uint32_t queue) {
  if (provided_.contains(queue)) return;
  const auto pinned = open_pinned(map_path(queue));
  if (!pinned) {
    renew(queue);
  } else if (map_lookup(queues_, queue) != map_id(*pinned)) {
    put_in(queue, *pinned);
  }
  provided_.insert(queue);
}

void NicProgram::renew(std::uint32_t queue) {
  const auto map = make_xsk_map(RXLEASE_MOST_QUEUES);
  pin(map, map_path(queue), map_mode);
  put_in(queue, map);
}

void NicProgram::put_in(std::uint32_t queue, const Fd& map) {
  set_key(queue, first_key);
  map_update(queues_, queue, static_cast<std::uint32_t>(map.get()));
}

void NicProgram::set_key(std::uint32_t queue, std::uint32_t place) {
  if (map_lookup(keys_, queue) != place) map_update(keys_, queue, place);
}

void NicProgram::remove(const std::string& directory) {
  if (const auto link = open_pinned(directory + "/link")) detach_xdp(*link);
  std::error_code error;
  std::filesystem::remove_all(directory, error);
  if (error) throw KernelError("remove " + directory, error.value());
}

bool NicProgram::detach_unseen(std::uint32_t ifindex) {
  if (!has_xdp(ifindex)) return false;
  const auto link = find_xdp_link(ifindex, program_name);
  if (link) detach_xdp(*link);
  return link.has_value();
}

}  // namespace rxlease::deviceplugin::xdp
