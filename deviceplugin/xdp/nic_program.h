// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "kernel/fd.h"

namespace rxlease::deviceplugin::xdp {

// The XDP program on one NIC (redirect.bpf.c), which brings packets of its queues to AF_XDP sockets.
// Everything is pinned in a directory of a bpffs, and works on without the daemon:
//
//   program, link   the program, and its attachment to the NIC
//   queues, keys    what the program looks up by queue: the queue's map, and the socket's place in it
//   rx7             the map of queue 7, for whoever holds the queue; mode 0666 in a directory of mode 0700
//
// Not for several threads at once. Failures are KernelErrors.
class NicProgram {
 public:
  // Takes over what an earlier process left in the directory, if it is this program on this NIC; else loads
  // and attaches it, in place of an older version of it without a gap. EBUSY, EEXIST: another XDP program or
  // a memory provider has the NIC. EOPNOTSUPP: the driver knows no XDP. EINVAL: it is no bpffs. Needs CAP_BPF
  // and CAP_NET_ADMIN in the NIC's namespace, which the calling thread is in.
  NicProgram(std::string directory, std::uint32_t ifindex);

  // Whether the program is still attached and pinned.
  bool is_attached(std::uint32_t ifindex) const;

  // Makes sure that the queue has a map, which pods then find at map_path().
  void provide(std::uint32_t queue);

  // Replaces the queue's map by a new, empty one. Whoever holds the old map gets no packets by it.
  void renew(std::uint32_t queue);

  std::string map_path(std::uint32_t queue) const;
  kernel::Fd map(std::uint32_t queue) const;  // REQUIRES: provided or renewed

  // From now on the program finds the queue's socket at this place in its map; at first it is 1.
  void set_key(std::uint32_t queue, std::uint32_t place);

  // Detaches the program and removes the directory. Maps that pods still hold get no more packets.
  static void remove(const std::string& directory);

  // Detaches the program from a NIC although its directory cannot be seen, as in a container that no longer
  // mounts it. False: another program, or none, is attached. Needs CAP_SYS_ADMIN.
  static bool detach_unseen(std::uint32_t ifindex);

 private:
  void attach(const kernel::Fd& program, std::uint32_t ifindex) const;
  void put_in(std::uint32_t queue, const kernel::Fd& map);

  std::string directory_;
  kernel::Fd queues_;
  kernel::Fd keys_;
  std::set<std::uint32_t> provided_;
};

}  // namespace rxlease::deviceplugin::xdp
