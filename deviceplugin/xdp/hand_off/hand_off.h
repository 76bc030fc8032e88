// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "deviceplugin/xdp/hand_off/handshake.h"
#include "deviceplugin/xdp/hand_off/side_threads.h"
#include "kernel/process/event.h"

namespace rxlease::deviceplugin::xdp {

// Hands queues over to programs in pods, by a Unix socket, afxdp.sock, in the folder of each device of an
// AF_XDP pool. Allocate mounts the folder into the container. A thread of its own sleeps until a client
// connects. A restarted daemon makes the sockets again, in the same folders.
//
// Programs send descriptors, and may choose them such that receiving or closing them hangs. So the hand-off's
// own thread only accepts connections; each message is received and answered on a side thread, and each
// connection and listener closed there. A program that hangs takes one of the few connections of its own
// device.
//
// Each device has a listener of its own: the folder decides on the queue, and the kernel does not tell by
// which of several paths a client came. So the limit of descriptors bounds the number of devices.
class HandOff {
 public:
  // `af_xdp` must outlive it. KernelError.
  HandOff(AfXdp& af_xdp, const std::string& state_directory, prometheus::Registry& registry,
          std::chrono::milliseconds patience = SideThreads::usual_patience);
  HandOff(const HandOff&) = delete;
  HandOff& operator=(const HandOff&) = delete;
  ~HandOff();  // waits for no program

  // Listens for these devices, and no others, once it returns. What could not be listened for is tried again
  // by the next call. Returns verdicts against those that the limit of descriptors leaves no socket for;
  // those that have one keep it. For one caller at a time.
  pools::Verdicts serve(const std::set<kernel::DeviceId>& devices);

 private:
  struct Connection {
    kernel::DeviceId device;
    kernel::Peer peer;
    kernel::SeqPacket socket;
    Handshake handshake;
  };

  // Connections that side threads have served, and that go on.
  struct Served {
    std::mutex mutex;
    std::vector<Connection> connections;
    bool is_over = false;  // nobody takes them any more
  };

  void run();
  std::string path_of(const kernel::DeviceId& device) const;  // its socket
  bool is_there(const kernel::DeviceId& device) const;
  void listen();
  void listen_for(const kernel::DeviceId& device);
  void accept(const kernel::DeviceId& device, const kernel::SeqPacketListener& listener);
  void serve_aside(Connection connection);
  void take_back();
  void close_all();
  std::size_t count(const kernel::DeviceId& device) const;
  bool may_accept(const kernel::DeviceId& device) const;
  // Closes whatever it is on a side thread.
  template <typename Closed>
  void close(const kernel::DeviceId& device, const std::string& who, Closed closed);
  void wake() const;

  std::string directory_;
  std::shared_ptr<Office> office_;
  kernel::Event news_;
  std::mutex mutex_;
  std::set<kernel::DeviceId> wanted_;                 // guarded by the mutex, as are the next three
  std::map<kernel::DeviceId, std::string> failures_;  // of those that could not be listened for, as logged
  bool listens_ = true;                               // for what is wanted
  bool ending_ = false;
  std::condition_variable listening_;
  // The thread's own.
  std::map<kernel::DeviceId, kernel::SeqPacketListener> listeners_;
  std::list<Connection> connections_;  // no side thread has them
  std::shared_ptr<Served> served_ = std::make_shared<Served>();
  SideThreads side_threads_;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace rxlease::deviceplugin::xdp
