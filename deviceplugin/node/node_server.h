// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "deviceplugin/node/node_service.h"
#include "kernel/process/event.h"
#include "kernel/process/seqpacket.h"

namespace rxlease::deviceplugin::node {

// Serves the CNI plugin at the socket node.sock in the state directory, which only root can open. A few
// threads of its own answer, so that neither a scan nor a slow kubelet keeps a plugin waiting behind another.
// More questions than threads wait in the socket's queue.
class NodeServer {
 public:
  // `service` must outlive the object. KernelError if the socket cannot be made.
  NodeServer(const NodeService& service, const std::string& state_directory);
  NodeServer(const NodeServer&) = delete;
  NodeServer& operator=(const NodeServer&) = delete;
  ~NodeServer();  // does not wait for kubelet: what is being asked is answered with an error

  bool is_there() const;  // false: somebody has removed the socket

 private:
  void run(const std::stop_token& stop) const;
  void serve(const kernel::SeqPacket& plugin, const std::stop_token& stop) const;

  const NodeService& service_;
  std::string path_;
  kernel::SeqPacketListener listener_;
  kernel::Event ending_;  // set by the destructor
  std::vector<std::jthread> threads_;
};

}  // namespace rxlease::deviceplugin::node
