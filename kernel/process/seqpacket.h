// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "kernel/fd.h"

namespace rxlease::kernel {

// A message of a Unix SEQPACKET socket: a text, and a descriptor if one came with it. It takes as long to
// close the descriptor as its sender wants: a TCP socket may linger for days (SO_LINGER).
struct Packet {
  std::string text;
  Fd fd;
  bool has_more_descriptors = false;  // more came, or there was no room for it; the kernel has closed them
};

// The process at the other end, by what the kernel knows of it.
struct Peer {
  int pid = 0;  // 0: not visible in our PID namespace
  unsigned uid = 0;
  std::uint64_t netns_cookie = 0;  // of the namespace that its socket was made in

  std::string describe() const;  // "process 7 of user 0"
};

// One end of a connection. No call blocks but wait(), as long as the other end can be trusted: receive() and
// the destructor close descriptors that it has sent, which may take any time (see Packet).
class SeqPacket {
 public:
  static constexpr std::size_t usual_longest = 128;  // bytes

  explicit SeqPacket(Fd socket) : socket_(std::move(socket)) {}

  // Connects to the listener at a path, and waits while it has too many connections to accept. KernelError:
  // ENOENT; ECONNREFUSED if nobody listens there; EAGAIN after `timeout`; ENAMETOOLONG.
  static SeqPacket connect(const std::string& path, std::chrono::milliseconds timeout);

  int fd() const { return socket_.get(); }

  // KernelError.
  Peer peer() const;

  // Waits until receive() has something to return. False: it has not at the deadline.
  bool wait(std::chrono::steady_clock::time_point deadline) const;

  // The next message: its first `longest` bytes and its first descriptor. nullopt if the other end has
  // closed. KernelError EAGAIN: there is none now.
  std::optional<Packet> receive(std::size_t longest = usual_longest) const;

  // KernelError; EAGAIN: the other end does not read.
  void send(const std::string& text, const Fd& fd = Fd()) const;

 private:
  Fd socket_;
};

// A socket that listens at a path. It replaces an existing socket; the destructor removes the path.
class SeqPacketListener {
 public:
  // `mode`: who may connect, by default everybody who can reach the path. KernelError; ENAMETOOLONG if the
  // path is too long.
  explicit SeqPacketListener(std::string path, mode_t mode = 0666);
  SeqPacketListener(SeqPacketListener&& other) noexcept = default;
  SeqPacketListener(const SeqPacketListener&) = delete;
  SeqPacketListener& operator=(const SeqPacketListener&) = delete;
  ~SeqPacketListener();

  int fd() const { return socket_.get(); }

  // Removes the path, and returns the socket. Whoever closes it also closes descriptors that came with
  // connections that were not accepted.
  Fd retire();

  // nullopt if no client waits. For want of a descriptor too, after a short pause: who polls fd() would not
  // rest otherwise, since the client still waits.
  std::optional<SeqPacket> accept() const;

 private:
  std::string path_;
  Fd socket_;
};

}  // namespace rxlease::kernel
