// SPDX-License-Identifier: Apache-2.0
#include "tests/system/afxdp/wired_nic.h"

#include <cstdlib>
#include <stdexcept>

namespace rxlease::tests {

namespace {

kernel::Nic require_nic(const std::string& name) {
  auto nic = kernel::find_nic("/sys", name);
  if (!nic) throw std::runtime_error("simnic made no " + name);
  return std::move(*nic);
}

std::string module() {
  const char* path = std::getenv("RXLEASE_SIMNIC");
  if (path == nullptr) throw std::runtime_error("RXLEASE_SIMNIC is not set: the simulated NIC's module");
  return path;
}

}  // namespace

void run(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

WiredNic::WiredNic(const Pod& client) {
  run("insmod " + module() + " queues=8");
  plugged_ = true;
  nic_ = require_nic("simnic.0.p1");
  client_ifname_ = require_nic("simnic.0.p2").ifname;
  const auto in_client = "ip -n " + client.name() + " ";
  run("ip link set " + client_ifname_ + " netns " + client.name());
  run("ip addr add 10.0.0.1/24 dev " + ifname());
  run(in_client + "addr add 10.0.0.2/24 dev " + client_ifname_);
  run("ip link set " + ifname() + " up");
  run(in_client + "link set " + client_ifname_ + " up");
  run("ethtool -X " + ifname() + " equal 4");
}

WiredNic::~WiredNic() {
  try {
    unplug();
  } catch (const std::exception&) {  // the next test says so
  }
}

void WiredNic::steer(unsigned port, std::uint32_t queue) const {
  run("ethtool -N " + ifname() + " flow-type udp4 dst-port " + std::to_string(port) + " action " +
      std::to_string(queue) + " >/dev/null");
}

void WiredNic::unplug() {
  if (!plugged_) return;
  plugged_ = false;
  run("rmmod simnic");
}

}  // namespace rxlease::tests
