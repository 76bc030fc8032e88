// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "kernel/fd.h"
#include "kernel/netlink/socket/transport.h"

namespace rxlease::kernel {

// A network namespace, kept open: it lives at least as long as this object.
class NetNs {
 public:
  // The calling thread's.
  static NetNs current();

  // The namespace at a path such as /run/netns/blue or /proc/7/ns/net. nullopt if nothing is there (ENOENT,
  // ENOTDIR), or something else, such as the empty file that a deleted namespace leaves.
  static std::optional<NetNs> open(const std::string& path);

  // A new, empty namespace without a name: it ends with the last object, process or socket that has it. Needs
  // CAP_SYS_ADMIN.
  static NetNs make();

  // Another object for the same namespace.
  NetNs duplicate() const;

  int fd() const { return fd_.get(); }

  // Whether both are the same namespace.
  bool operator==(const NetNs& other) const;

 private:
  explicit NetNs(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

// Moves the calling thread into a namespace for the object's life. Needs CAP_SYS_ADMIN, unless the thread is
// in it already. Ends the process if it cannot move the thread back: no thread may continue in an unexpected
// namespace.
class InsideNetNs {
 public:
  explicit InsideNetNs(const NetNs& target);
  InsideNetNs(const InsideNetNs&) = delete;
  InsideNetNs& operator=(const InsideNetNs&) = delete;
  ~InsideNetNs();

 private:
  NetNs home_;
  bool moved_;  // else the thread was there already, which needs no capability
};

// All that the programs do in one namespace; tests replace it by a scripted kernel.
class Namespace {
 public:
  Namespace() = default;
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;
  virtual ~Namespace() = default;

  virtual Transport& route() = 0;      // NETLINK_ROUTE
  virtual Transport& generic() = 0;    // NETLINK_GENERIC
  virtual int fd() const = 0;          // refers to the namespace, for IFLA_NET_NS_FD and NETNSA_FD
  virtual std::uint64_t cookie() = 0;  // SO_NETNS_COOKIE: unique until the next reboot

  // A file below /proc/sys, such as "net/ipv6/conf/eth0/accept_ra", without its newline; nullopt if the
  // kernel has no such file. KernelError if it cannot be read.
  virtual std::optional<std::string> sysctl(const std::string& name) = 0;

  // Writes a file below /proc/sys, such as "net/ipv4/ip_forward", unless it holds `value` already.
  // SysctlError if the kernel has no such file or refuses the value.
  virtual void set_sysctl(const std::string& name, const std::string& value) = 0;

  // SIOCETHTOOL on one of its devices. `command` begins with an ETHTOOL_* number (linux/ethtool.h), whose
  // name is `operation`; the kernel overwrites it with the answer. Changes need CAP_NET_ADMIN.
  virtual void ethtool(const std::string& operation, const std::string& ifname,
                       std::span<std::uint8_t> command) = 0;
};

// A real namespace. It opens each socket at its first use, and the calling thread stays where it is.
class LinuxNamespace final : public Namespace {
 public:
  explicit LinuxNamespace(NetNs netns);
  ~LinuxNamespace() override;

  Transport& route() override;
  Transport& generic() override;
  int fd() const override { return netns_.fd(); }
  std::uint64_t cookie() override;
  std::optional<std::string> sysctl(const std::string& name) override;
  void set_sysctl(const std::string& name, const std::string& value) override;
  void ethtool(const std::string& operation, const std::string& ifname,
               std::span<std::uint8_t> command) override;

 private:
  NetNs netns_;
  std::unique_ptr<Transport> route_;
  std::unique_ptr<Transport> generic_;
  Fd ioctl_;
  std::optional<std::uint64_t> cookie_;
};

}  // namespace rxlease::kernel
