// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernel/nic.h"

namespace rxlease::tests {

// The first port of a NIC of the tests' own driver (tests/simnic), which receives zero-copy: 8 queues, wired
// to a second port, both up. Each object plugs it in anew, with its defaults. The module has to be there.
class Simnic {
 public:
  Simnic();
  Simnic(const Simnic&) = delete;
  Simnic& operator=(const Simnic&) = delete;

  // Pulls it out and plugs it in: with its defaults, and another ifindex.
  void replug();

  std::string name() const { return "simnic.0.p1"; }
  std::string parent() const { return "simnic.0"; }
  const std::string& ifname() const { return nic_.ifname; }
  std::uint32_t ifindex() const { return nic_.ifindex; }
  std::string device_id(std::uint32_t queue) const { return name() + "-rx" + std::to_string(queue); }

  // A switch of its driver that makes it a worse NIC: "lacks/rss", "fail/rings".
  void set(const std::string& name, const std::string& value) const;

  // Runs "ethtool OPTION <this NIC> ARGUMENTS", or fails the test. Returns what it printed.
  std::string ethtool(const std::string& option, const std::string& arguments = "") const;

  // All that a preparation could change or hurt, as people are told of it: channels, rings, features, RSS
  // table and contexts, flow rules.
  std::vector<std::string> state() const;

 private:
  kernel::Nic nic_;
};

}  // namespace rxlease::tests
