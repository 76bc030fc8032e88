// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/netns.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "kernel/error.h"
#include "kernel/files.h"
#include "kernel/netlink/socket/netlink_socket.h"

namespace rxlease::kernel {

NetNs NetNs::current() {
  Fd fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!fd) throw_errno("open /proc/thread-self/ns/net");
  return NetNs(std::move(fd));
}

std::optional<NetNs> NetNs::open(const std::string& path) {
  // O_NONBLOCK: the path is somebody else's choice, and opening a FIFO would block.
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw_errno("open " + path);
  }
  if (ioctl(fd.get(), NS_GET_NSTYPE) != CLONE_NEWNET) return std::nullopt;
  return NetNs(std::move(fd));
}

// unshare() moves the calling thread only, and `home` brings it back.
NetNs NetNs::make() {
  const InsideNetNs home(current());
  if (unshare(CLONE_NEWNET) != 0) throw_errno("unshare of a network namespace");
  return current();
}

NetNs NetNs::duplicate() const {
  Fd copy(fcntl(fd(), F_DUPFD_CLOEXEC, 0));
  if (!copy) throw_errno("fcntl F_DUPFD_CLOEXEC");
  return NetNs(std::move(copy));
}

bool NetNs::operator==(const NetNs& other) const {
  struct stat here {};
  struct stat there {};
  if (fstat(fd(), &here) != 0 || fstat(other.fd(), &there) != 0) throw_errno("fstat of a network namespace");
  return here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

InsideNetNs::InsideNetNs(const NetNs& target) : home_(NetNs::current()), moved_(!(home_ == target)) {
  if (moved_ && setns(target.fd(), CLONE_NEWNET) != 0) throw_errno("setns");
}

// Opens nothing: descriptors may be short. A thread without the capability is still where it was.
InsideNetNs::~InsideNetNs() {
  if (setns(home_.fd(), CLONE_NEWNET) == 0 || (errno == EPERM && !moved_)) return;
  std::fprintf(stderr, "no way back to the thread's own network namespace: %s\n",
               KernelError("setns", errno).what());
  std::abort();
}

LinuxNamespace::LinuxNamespace(NetNs netns) : netns_(std::move(netns)) {}
LinuxNamespace::~LinuxNamespace() = default;

Transport& LinuxNamespace::route() {
  if (!route_) {
    const InsideNetNs inside(netns_);
    route_ = std::make_unique<NetlinkSocket>(NETLINK_ROUTE);
  }
  return *route_;
}

Transport& LinuxNamespace::generic() {
  if (!generic_) {
    const InsideNetNs inside(netns_);
    generic_ = std::make_unique<NetlinkSocket>(NETLINK_GENERIC);
  }
  return *generic_;
}

std::uint64_t LinuxNamespace::cookie() {
  if (cookie_) return *cookie_;
  const InsideNetNs inside(netns_);
  const Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  std::uint64_t cookie = 0;
  socklen_t size = sizeof(cookie);
  if (!socket || getsockopt(socket.get(), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) != 0) {
    throw_errno("getsockopt SO_NETNS_COOKIE");
  }
  cookie_ = cookie;
  return cookie;
}

// /proc/sys/net shows the calling thread's namespace.
std::optional<std::string> LinuxNamespace::sysctl(const std::string& name) {
  const InsideNetNs inside(netns_);
  auto text = read_file("/proc/sys/" + name);
  if (text && text->ends_with('\n')) text->pop_back();
  return text;
}

void LinuxNamespace::set_sysctl(const std::string& name, const std::string& value) {
  const InsideNetNs inside(netns_);
  const std::string path = "/proc/sys/" + name;
  try {
    if (read_file(path) != value + "\n") write_in_place(path, value);
  } catch (const FileError& error) {  // the kernel refuses the value: no failure of the file system
    throw SysctlError(name, value, error.error());
  }
}

void LinuxNamespace::ethtool(const std::string& operation, const std::string& ifname,
                             std::span<std::uint8_t> command) {
  if (!ioctl_) {
    const InsideNetNs inside(netns_);
    ioctl_ = Fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC));  // any socket does
    if (!ioctl_) throw_errno("socket AF_NETLINK");
  }
  ifreq request{};
  ifname.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(command.data());
  if (ioctl(ioctl_.get(), SIOCETHTOOL, &request) != 0) throw_errno(operation + " " + ifname);
}

}  // namespace rxlease::kernel
