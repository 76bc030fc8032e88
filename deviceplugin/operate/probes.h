// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "deviceplugin/operate/http_server.h"

namespace rxlease::deviceplugin::operate {

// What the daemon answers over HTTP: /metrics, /healthz ("ok" as long as it answers at all) and /readyz ("ok"
// once it has scanned the node and is registered with kubelet). Safe from any thread.
class Probes {
 public:
  // `scrape`: the metrics in the text exposition format, version 0.0.4.
  explicit Probes(std::function<std::string()> scrape) : scrape_(std::move(scrape)) {}

  // After each scan of the node. `registered`: all pools are registered with kubelet.
  void scanned(bool registered) {
    registered_ = registered;
    scanned_ = true;
  }

  HttpAnswer answer(const std::string& path) const;

 private:
  std::function<std::string()> scrape_;
  std::atomic<bool> scanned_{false};
  std::atomic<bool> registered_{false};
};

}  // namespace rxlease::deviceplugin::operate
