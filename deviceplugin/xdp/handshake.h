// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "attachment/record/attachment_store.h"
#include "deviceplugin/xdp/af_xdp.h"
#include "deviceplugin/xdp/handshake_request.h"
#include "deviceplugin/xdp/limited_log.h"
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

  // What all connections have in common. It must outlive them.
  struct Office {
    const attachment::AttachmentStore& store;
    AfXdp& af_xdp;
    LimitedLog& log;
  };

  Handshake(kernel::DeviceId device, kernel::Peer peer, Office office)
      : device_(std::move(device)),
        peer_(peer),
        store_(office.store),
        af_xdp_(office.af_xdp),
        log_(office.log) {}

  Answer answer(const kernel::Packet& packet);

 private:
  // The attachment that holds the queue, and the pod's number of the queue.
  struct Holding {
    attachment::Attachment attachment;
    std::uint32_t queue = 0;
  };

  Answer answer(const HandshakeRequest& request, const kernel::Fd& fd);
  Holding holding() const;
  void require_own_socket(const Holding& holding, const kernel::Fd& fd) const;
  kernel::Fd map_for(const std::string& name);
  void take_socket(const kernel::Fd& fd);
  void configure_busy_poll(const HandshakeRequest& request, const kernel::Fd& fd) const;
  void log(const std::string& what) const;

  kernel::DeviceId device_;
  kernel::Peer peer_;
  const attachment::AttachmentStore& store_;
  AfXdp& af_xdp_;
  LimitedLog& log_;
};

}  // namespace rxlease::deviceplugin::xdp
