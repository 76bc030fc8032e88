// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "deviceplugin/xdp/handshake.h"
#include "kernel/fd.h"

namespace rxlease::deviceplugin::xdp {

// Hands queues over to programs in pods, by a Unix socket, afxdp.sock, in the folder of each device of an
// AF_XDP pool. Allocate mounts the folder into the container. A thread of its own sleeps until a client
// connects. A restarted daemon makes the sockets again, in the same folders.
//
// Each device has a listener of its own: the folder decides on the queue, and the kernel does not tell by
// which of several paths a client came. So the limit of descriptors bounds the number of devices.
class HandOff {
 public:
  // `af_xdp` must outlive it.
  HandOff(AfXdp& af_xdp, const std::string& state_directory);
  HandOff(const HandOff&) = delete;
  HandOff& operator=(const HandOff&) = delete;
  ~HandOff();

  // Listens for these devices, and no others, from now on. What could not be listened for is tried again.
  // Returns verdicts against those that the limit of
  // descriptors leaves no socket for; those that have one keep it.
  pools::Verdicts serve(const std::set<kernel::DeviceId>& devices);

 private:
  struct Connection {
    kernel::DeviceId device;
    kernel::SeqPacket socket;
    Handshake handshake;
  };

  void run();
  std::string path_of(const kernel::DeviceId& device) const;  // its socket
  bool is_there(const kernel::DeviceId& device) const;
  void listen();
  void listen_for(const kernel::DeviceId& device);
  void accept(const kernel::DeviceId& device, const kernel::SeqPacketListener& listener);
  void wake() const;

  AfXdp& af_xdp_;
  std::string directory_;
  attachment::AttachmentStore store_;
  kernel::Fd news_;
  std::mutex mutex_;
  std::set<kernel::DeviceId> wanted_;                 // guarded by the mutex, as are the next two
  std::map<kernel::DeviceId, std::string> failures_;  // of those that could not be listened for, as logged
  bool ending_ = false;
  // The thread's own.
  std::map<kernel::DeviceId, kernel::SeqPacketListener> listeners_;
  LimitedLog log_;
  std::list<Connection> connections_;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace rxlease::deviceplugin::xdp
