// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/xdp_socket.h"

#include <linux/if_xdp.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/xdp_diag.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "kernel/error.h"

namespace rxlease::kernel {

namespace {

struct DiagRequest {
  xdp_diag_req request{};
  static constexpr auto header() { return &DiagRequest::request; }
  static constexpr auto attributes() { return std::tuple{}; }
};

struct DiagAnswer {
  xdp_diag_msg message{};
  std::optional<Bytes> info;  // xdp_diag_info
  static constexpr auto header() { return &DiagAnswer::message; }
  static constexpr auto attributes() { return std::tuple{Attribute{XDP_DIAG_INFO, &DiagAnswer::info}}; }
};

template <typename Value>
bool get(const Fd& socket, int level, int name, Value& value) {
  socklen_t size = sizeof(value);
  return getsockopt(socket.get(), level, name, &value, &size) == 0;
}

void set(const Fd& socket, int name, std::uint32_t number, const char* what) {
  const int value = static_cast<int>(number);
  if (setsockopt(socket.get(), SOL_SOCKET, name, &value, sizeof(value)) != 0) {
    throw_errno(std::string("setsockopt ") + what + " " + std::to_string(number));
  }
}

// The kernel cannot be asked for one socket. It lists the newest first (xsk_create), and the one in question
// is usually among them.
constexpr std::size_t most_sockets = 4096;

XdpBinding binding_in(const Bytes& bytes) {
  xdp_diag_info info{};
  if (bytes.size() < sizeof(info)) wire::throw_size(bytes.size(), sizeof(info));
  std::memcpy(&info, bytes.data(), sizeof(info));
  return {info.ifindex, info.queue_id};
}

std::uint32_t inode_of(const Fd& fd) {
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) throw_errno("fstat");
  return static_cast<std::uint32_t>(status.st_ino);
}

}  // namespace

bool is_xdp_socket(const Fd& fd) {
  int domain = 0;
  return get(fd, SOL_SOCKET, SO_DOMAIN, domain) && domain == AF_XDP;
}

bool is_zero_copy(const Fd& xdp_socket) {
  xdp_options options{};
  return get(xdp_socket, SOL_XDP, XDP_OPTIONS, options) && (options.flags & XDP_OPTIONS_ZEROCOPY) != 0;
}

std::uint64_t netns_cookie_of(const Fd& socket) {
  std::uint64_t cookie = 0;
  if (!get(socket, SOL_SOCKET, SO_NETNS_COOKIE, cookie)) throw_errno("getsockopt SO_NETNS_COOKIE");
  return cookie;
}

std::optional<XdpBinding> binding_of(NetlinkSocket& sock_diag, const Fd& xdp_socket) {
  DiagRequest query;
  query.request.sdiag_family = AF_XDP;
  query.request.xdiag_show = XDP_SHOW_INFO;
  const auto inode = inode_of(xdp_socket);
  std::optional<XdpBinding> binding;
  std::size_t read = 0;
  const auto take = [&](const Message& message) {
    const auto socket = decode<DiagAnswer>(message.payload);
    if (socket.message.xdiag_ino == inode && socket.info) binding = binding_in(*socket.info);
    return !binding && ++read < most_sockets;
  };
  try {
    sock_diag.browse({"sock_diag AF_XDP", SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, encode(query)}, take);
  } catch (const KernelError& error) {
    if (error.error() != ENOENT) throw;
  }
  return binding;
}

void set_busy_poll(const Fd& xdp_socket, std::uint32_t microseconds, std::uint32_t budget) {
  set(xdp_socket, SO_PREFER_BUSY_POLL, 1, "SO_PREFER_BUSY_POLL");
  set(xdp_socket, SO_BUSY_POLL, microseconds, "SO_BUSY_POLL");
  set(xdp_socket, SO_BUSY_POLL_BUDGET, budget, "SO_BUSY_POLL_BUDGET");
}

}  // namespace rxlease::kernel
