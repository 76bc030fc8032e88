// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "deviceplugin/xdp/hand_off/handshake_request.h"
#include "deviceplugin/xdp/hand_off/office.h"
#include "kernel/process/seqpacket.h"

namespace rxlease::deviceplugin::xdp {

// The protocol of one connection to a queue's afxdp.sock: the handshake of DPDK's af_xdp driver (use_cni with
// dp_path; version 0.1), and one request more, for programs without bpf():
//
//   /connect, NAME                     /host_ok or /host_nak
//   /version                           0.1
//   /xsk_map_fd, DEVICE                /fd_ack with the map of the queue, or /fd_nak
//   /config_busy_poll, US, BUDGET      with an AF_XDP socket: /config_busy_poll_ack or …_nak
//   /xsk_fd                            with an AF_XDP socket, which gets into the map: /xsk_fd_ack, or
//                                      "/xsk_fd_nak, WHY"
//   /fin                               /fin_ack
//   anything else                      /nak; /error when it failed on our side
//
// The socket's folder, which only the queue's pod sees, decides on the queue; what the caller claims does not
// count. The kernel must say that the caller's network namespace is that of the attachment that holds the
// queue.
class Handshake {
 public:
  struct Answer {
    std::string text;
    kernel::Fd fd;
    bool is_last = false;
  };

  Handshake(kernel::DeviceId device, kernel::Peer peer, std::shared_ptr<Office> office)
      : device_(std::move(device)), peer_(peer), office_(std::move(office)) {}

  // May hang as long as the program wants, for the kernel locks its sockets.
  Answer answer(const kernel::Packet& packet);

 private:
  // The attachment that holds the queue, and the pod's number of the queue.
  struct Holding {
    attachment::Attachment attachment;
    std::uint32_t queue = 0;
  };

  Answer answer(const HandshakeRequest& request, const kernel::Packet& packet);
  Holding holding() const;
  void require_own_socket(const Holding& holding, const kernel::Packet& packet) const;
  kernel::Fd map_for(const std::string& name);
  void take_socket(const kernel::Packet& packet);
  void configure_busy_poll(const HandshakeRequest& request, const kernel::Packet& packet) const;
  void log(const std::string& what) const;

  kernel::DeviceId device_;
  kernel::Peer peer_;
  std::shared_ptr<Office> office_;
};

}  // namespace rxlease::deviceplugin::xdp
