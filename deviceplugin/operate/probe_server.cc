// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/probe_server.h"

#include <exception>
#include <filesystem>
#include <system_error>

namespace rxlease::deviceplugin::operate {

ProbeServer::ProbeServer(Place place, const Probes& probes, prometheus::Registry& registry)
    : place_(std::move(place)),
      probes_(probes),
      trouble_(registry, "listen", "/metrics, /healthz and /readyz are answered at " + place_.address) {}

// Somebody may have cleared the directory of the socket.
bool ProbeServer::is_there() const {
  std::error_code unknown;
  return server_ && (!place_.address.starts_with('/') || std::filesystem::is_socket(place_.address, unknown));
}

bool ProbeServer::listen() {
  if (place_.address.empty() || is_there()) return true;
  try {
    server_.emplace(place_.address, probes_.handlers());
    trouble_.is_over();
    return true;
  } catch (const std::exception& error) {
    trouble_.lasts(place_.name + " cannot be used, and is tried again: " + error.what());
    return false;
  }
}

}  // namespace rxlease::deviceplugin::operate
