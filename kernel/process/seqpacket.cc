// SPDX-License-Identifier: Apache-2.0
#include "kernel/process/seqpacket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "kernel/error.h"
#include "kernel/files.h"

namespace rxlease::kernel {

namespace {

constexpr int backlog = 16;

// Room for one descriptor, aligned as its header must be. There would be room for a second one behind it,
// which the kernel would open in this process: `control_size` is what it may use.
union Control {
  cmsghdr header;
  std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};
constexpr std::size_t control_size = CMSG_LEN(sizeof(int));

Fd descriptor_of(msghdr& message) {
  for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof(fd));
    return Fd(fd);
  }
  return {};
}

template <typename Value>
Value option(const Fd& socket, int name, const char* what) {
  Value value{};
  socklen_t size = sizeof(value);
  if (getsockopt(socket.get(), SOL_SOCKET, name, &value, &size) != 0) throw_errno(what);
  return value;
}

// KernelError ENAMETOOLONG, named after `operation`.
sockaddr_un address_of(const std::string& path, const char* operation) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) throw KernelError(operation + (" " + path), ENAMETOOLONG);
  path.copy(address.sun_path, path.size());
  return address;
}

}  // namespace

std::string Peer::describe() const {
  return "process " + std::to_string(pid) + " of user " + std::to_string(uid);
}

SeqPacket SeqPacket::connect(const std::string& path, std::chrono::milliseconds timeout) {
  const auto address = address_of(path, "connect");
  Fd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd) throw_errno("socket AF_UNIX");
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout);
  const timeval limit{seconds.count(), std::chrono::microseconds(timeout - seconds).count()};
  if (setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0) {
    throw_errno("setsockopt SO_SNDTIMEO");
  }
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw_errno("connect " + path);
  }
  return SeqPacket(std::move(fd));
}

Peer SeqPacket::peer() const {
  const auto credentials = option<ucred>(socket_, SO_PEERCRED, "getsockopt SO_PEERCRED");
  // An accepted socket is of the namespace of the one that connected (unix_stream_connect).
  return {credentials.pid, credentials.uid,
          option<std::uint64_t>(socket_, SO_NETNS_COOKIE, "getsockopt SO_NETNS_COOKIE")};
}

bool SeqPacket::wait(std::chrono::steady_clock::time_point deadline) const {
  pollfd readable{socket_.get(), POLLIN, 0};
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int ready = poll(&readable, 1, static_cast<int>(std::max<long>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) throw_errno("poll");
  }
}

std::optional<Packet> SeqPacket::receive(std::size_t longest) const {
  std::string text(longest, '\0');
  Control control{};
  iovec part{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = control_size;
  const auto got = recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got < 0) throw_errno("recvmsg");
  if (got == 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(got));
  return Packet{.text = std::move(text),
                .fd = descriptor_of(message),
                .has_more_descriptors = (message.msg_flags & MSG_CTRUNC) != 0};
}

void SeqPacket::send(const std::string& text, const Fd& fd) const {
  std::string copy = text;
  iovec part{copy.data(), copy.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Control control{};
  if (fd) {
    message.msg_control = &control;
    message.msg_controllen = control_size;
    auto* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int value = fd.get();
    std::memcpy(CMSG_DATA(header), &value, sizeof(value));
  }
  if (sendmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) throw_errno("sendmsg");
}

// Whoever sees the path can connect: it appears once the socket listens.
SeqPacketListener::SeqPacketListener(std::string path, mode_t mode)
    : path_(std::move(path)), socket_(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  if (!socket_) throw_errno("socket AF_UNIX");
  const auto unfinished = path_ + ".new";
  const auto address = address_of(unfinished, "bind");
  remove_file(unfinished);
  if (bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw_errno("bind " + unfinished);
  }
  if (chmod(unfinished.c_str(), mode) != 0) throw_errno("chmod " + unfinished);
  if (listen(socket_.get(), backlog) != 0) throw_errno("listen at " + unfinished);
  if (rename(unfinished.c_str(), path_.c_str()) == 0) return;
  const int error = errno;
  remove_file(unfinished);
  throw KernelError("rename to " + path_, error);
}

SeqPacketListener::~SeqPacketListener() {
  if (socket_) unlink(path_.c_str());
}

Fd SeqPacketListener::retire() {
  if (socket_) unlink(path_.c_str());
  return std::move(socket_);
}

std::optional<SeqPacket> SeqPacketListener::accept() const {
  Fd connection(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (connection) return SeqPacket(std::move(connection));
  constexpr std::array lacking{EMFILE, ENFILE, ENOBUFS, ENOMEM};
  constexpr int pause_ms = 100;
  if (std::ranges::find(lacking, errno) != lacking.end()) poll(nullptr, 0, pause_ms);
  return std::nullopt;
}

}  // namespace rxlease::kernel
