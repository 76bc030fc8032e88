// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kernel/fd.h"

namespace rxlease::kernel {

// A message of a Unix SEQPACKET socket: a text, and a descriptor if one came with it.
struct Packet {
  std::string text;
  Fd fd;
};

// The process at the other end, by what the kernel knows of it.
struct Peer {
  int pid = 0;  // 0: not visible in our PID namespace
  unsigned uid = 0;
  std::uint64_t netns_cookie = 0;  // of the namespace that its socket was made in
};

// One end of a connection. No call blocks.
class SeqPacket {
 public:
  explicit SeqPacket(Fd socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }

  // KernelError.
  Peer peer() const;

  // The next message: its first 128 bytes and its first descriptor. nullopt if the other end has closed.
  // KernelError EAGAIN: there is none now.
  std::optional<Packet> receive() const;

  // KernelError; EAGAIN: the other end does not read.
  void send(const std::string& text, const Fd& fd = Fd()) const;

 private:
  Fd socket_;
};

// A socket that listens at a path, open to everybody who can reach the path. It replaces an existing socket;
// the destructor removes the path.
class SeqPacketListener {
 public:
  // KernelError; ENAMETOOLONG if the path is too long.
  explicit SeqPacketListener(std::string path);
  SeqPacketListener(SeqPacketListener&& other) noexcept = default;
  SeqPacketListener(const SeqPacketListener&) = delete;
  SeqPacketListener& operator=(const SeqPacketListener&) = delete;
  ~SeqPacketListener();

  int fd() const { return socket_.get(); }

  // nullopt if no client waits.
  std::optional<SeqPacket> accept() const;

 private:
  std::string path_;
  Fd socket_;
};

}  // namespace rxlease::kernel
