// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "kernel/nic.h"
#include "tests/system/fixture/pod.h"

namespace rxlease::tests {

// A NIC of tests/simnic/driver, which does AF_XDP, plugged in for the object's life. Its port p1, of 8 queues
// of which RSS uses the first 4, is the host's: 10.0.0.1. Port p2, at the other end of the wire, is the
// client's: 10.0.0.2. One at a time.
//
// Needs in the environment: RXLEASE_SIMNIC, the module.
class WiredNic {
 public:
  explicit WiredNic(const Pod& client);
  WiredNic(const WiredNic&) = delete;
  WiredNic& operator=(const WiredNic&) = delete;
  ~WiredNic();

  const std::string& ifname() const { return nic_.ifname; }
  std::uint32_t ifindex() const { return nic_.ifindex; }
  std::string device_id(std::uint32_t queue) const { return nic_.name + "-rx" + std::to_string(queue); }

  const std::string& client_ifname() const { return client_ifname_; }

  // Brings UDP packets for the port to the queue.
  void steer(unsigned port, std::uint32_t queue) const;

  void unplug();

 private:
  kernel::Nic nic_;
  std::string client_ifname_;
  bool plugged_ = false;
};

// Runs a command line, or throws with it.
void run(const std::string& command);

}  // namespace rxlease::tests
