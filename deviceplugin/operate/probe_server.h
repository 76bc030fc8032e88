// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "deviceplugin/operate/http/http_server.h"
#include "deviceplugin/operate/probes.h"
#include "deviceplugin/operate/trouble.h"

namespace rxlease::deviceplugin::operate {

// Answers for Probes at an address. While somebody else has the address, the daemon works without it.
class ProbeServer {
 public:
  // Where it listens, for whom, and how messages call that.
  struct Place {
    std::string address;  // of listen_on(); empty: nowhere
    std::string name;     // "metrics.address"
  };

  // `probes` must outlive the object.
  ProbeServer(Place place, const Probes& probes, prometheus::Registry& registry);

  // Listens, unless it does already. False: it cannot, and should be called again.
  bool listen();

 private:
  bool is_there() const;

  Place place_;
  const Probes& probes_;
  Trouble trouble_;
  std::optional<HttpServer> server_;  // last: its threads use the probes
};

}  // namespace rxlease::deviceplugin::operate
