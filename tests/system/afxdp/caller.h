// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "kernel/process/seqpacket.h"
#include "tests/system/fixture/pod.h"

namespace rxlease::tests {

// A program in a pod's network namespace that talks to afxdp.sock. (Who it is, and what it can see, is the
// business of Container.)
class Caller {
 public:
  // `path`: as the host sees it. KernelError.
  Caller(const Pod& pod, const std::string& path);

  // Sends the text, and the descriptor if there is one; returns the answer. nullopt: the other end has
  // closed.
  std::optional<kernel::Packet> ask(const std::string& text, const kernel::Fd& fd = {}) const;

  // The text of the answer; empty when the other end has closed.
  std::string say(const std::string& text, const kernel::Fd& fd = {}) const;

  // The text of the answer to what was sent by fd().
  std::string answer() const;

  int fd() const { return socket_.fd(); }

 private:
  std::optional<kernel::Packet> next_answer() const;

  kernel::SeqPacket socket_;
};

}  // namespace rxlease::tests
