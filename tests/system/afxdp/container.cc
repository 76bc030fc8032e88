// SPDX-License-Identifier: Apache-2.0
#include "tests/system/afxdp/container.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "kernel/netlink/netns.h"

namespace rxlease::tests {

namespace {

constexpr unsigned user = 1000;
constexpr const char* staging = "/mnt";
constexpr const char* program_name = "/program";

// In the child: there is nobody to catch an exception.
void require(bool done, const char* what) {
  if (done) return;
  std::perror(what);
  _exit(126);
}

void bind(const std::string& from, const std::string& to, bool read_only) {
  require(mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) == 0, from.c_str());
  if (!read_only) return;
  require(mount(nullptr, to.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0, to.c_str());
}

void hide(const char* directory) {
  require(mount("none", directory, "tmpfs", 0, "mode=755") == 0, directory);
}

// Staged first, then moved to where /run was, since the sources are under what is hidden.
void see_only(const std::string& program, const v1beta1::ContainerAllocateResponse& allocation) {
  require(unshare(CLONE_NEWNS) == 0, "unshare CLONE_NEWNS");
  require(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "private mounts");
  hide(staging);
  for (const auto& wanted : allocation.mounts()) {
    const auto to = staging + wanted.container_path().substr(std::string("/run").size());
    if (std::filesystem::is_directory(wanted.host_path())) std::filesystem::create_directories(to);
    bind(wanted.host_path(), to, wanted.read_only());
  }
  const auto image = std::string(staging) + program_name;
  std::ofstream{image};  // NOLINT(bugprone-unused-raii): a file to mount over
  bind(program, image, true);
  for (const char* directory : {"/tmp", "/sys/fs/bpf"}) hide(directory);
  require(mount(staging, "/run", nullptr, MS_BIND | MS_REC, nullptr) == 0, "/run");
  require(umount2(staging, MNT_DETACH) == 0, staging);
}

void become_an_ordinary_user(rlim_t locked_memory) {
  const rlimit memory{locked_memory, locked_memory};
  require(setrlimit(RLIMIT_MEMLOCK, &memory) == 0, "RLIMIT_MEMLOCK");
  for (int capability = 0; capability <= 63; ++capability) {
    if (capability != CAP_NET_RAW) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
  require(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0, "PR_SET_KEEPCAPS");
  require(setgroups(0, nullptr) == 0 && setgid(user) == 0 && setuid(user) == 0, "setuid");
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const auto raw = 1U << CAP_NET_RAW;
  __user_cap_data_struct data[2]{{raw, raw, raw}, {}};
  require(syscall(SYS_capset, &header, data) == 0, "capset");
  require(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0) == 0, "PR_CAP_AMBIENT");
  require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS");
}

std::string file_of(const std::string& program) {
  if (program.starts_with('/')) return program;
  const char* build = std::getenv("RXLEASE_BUILD");
  if (build == nullptr) throw std::runtime_error("RXLEASE_BUILD is not set: the build tree to test");
  return std::string(build) + "/bin/" + program;
}

}  // namespace

Container::Container(const Pod& pod, const v1beta1::ContainerAllocateResponse& allocation)
    : netns_(pod.path()), allocation_(allocation) {}

Container Container::allowing(const std::string& call) const {
  auto container = *this;
  container.seccomp_.allow(call);
  return container;
}

Container Container::locking(std::uint64_t bytes) const {
  auto container = *this;
  container.locked_memory_ = bytes;
  return container;
}

ChildProcess Container::start(const std::string& program, const std::vector<std::string>& arguments) const {
  ChildProcess::Options options;
  options.arguments = arguments;
  for (const auto& [name, value] : allocation_.envs()) options.environment[name] = value;
  const auto image = file_of(program);
  options.before_exec = [this, image] {
    const auto netns = kernel::NetNs::open(netns_);
    require(netns && setns(netns->fd(), CLONE_NEWNET) == 0, "setns");
    see_only(image, allocation_);
    become_an_ordinary_user(locked_memory_);
    seccomp_.apply();
  };
  return {std::string("/run") + program_name, options};
}

}  // namespace rxlease::tests
