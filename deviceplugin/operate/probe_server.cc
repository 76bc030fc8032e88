// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/probe_server.h"

#include "kernel/error.h"

namespace rxlease::deviceplugin::operate {

ProbeServer::ProbeServer(Place place, const Probes& probes, prometheus::Registry& registry)
    : place_(std::move(place)),
      probes_(probes),
      trouble_(registry, "listen", "/metrics, /healthz and /readyz are answered at " + place_.address) {}

bool ProbeServer::listen() {
  if (place_.address.empty() || server_) return true;
  try {
    server_.emplace(place_.address, probes_.handlers());
    trouble_.is_over();
    return true;
  } catch (const kernel::KernelError& error) {
    trouble_.lasts(place_.name + " cannot be used, and is tried again: " + error.what());
    return false;
  }
}

}  // namespace rxlease::deviceplugin::operate
