// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kernel/fd.h"

namespace rxlease::kernel {

// A message of a Unix SEQPACKET socket: a text, and perhaps a descriptor that came along.
struct Packet {
  std::string text;
  Fd fd;
};

// Who is at the other end, as the kernel knows it.
struct Peer {
  int pid = 0;  // 0: none that our PID namespace knows
  unsigned uid = 0;
  std::uint64_t netns_cookie = 0;  // of the namespace that its socket was made in
};

// One end of a connection. Nothing here waits.
class SeqPacket {
 public:
  explicit SeqPacket(Fd socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }

  // KernelError.
  Peer peer() const;

  // The next message, of 128 bytes at most; what is longer is cut off, and so are descriptors but the first.
  // nullopt when the other end has closed. KernelError EAGAIN: there is none now.
  std::optional<Packet> receive() const;

  // KernelError; EAGAIN: the other end does not read.
  void send(const std::string& text, const Fd& fd = Fd()) const;

 private:
  Fd socket_;
};

// A socket that listens at a path, open to everyone who can reach that. Takes the place of one that is there;
// its name is removed in the end.
class SeqPacketListener {
 public:
  // KernelError; ENAMETOOLONG among them.
  explicit SeqPacketListener(std::string path);
  SeqPacketListener(SeqPacketListener&& other) noexcept = default;
  SeqPacketListener(const SeqPacketListener&) = delete;
  SeqPacketListener& operator=(const SeqPacketListener&) = delete;
  ~SeqPacketListener();

  int fd() const { return socket_.get(); }

  // nullopt when nobody waits.
  std::optional<SeqPacket> accept() const;

 private:
  std::string path_;
  Fd socket_;
};

}  // namespace rxlease::kernel
