// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "deviceplugin/operate/http/http_server.h"

namespace rxlease::deviceplugin::operate {

// What the daemon answers over HTTP: /metrics, /healthz ("ok" while the daemon's loop comes round), /readyz
// ("ok" if, besides, it has scanned the node and is registered with kubelet), and / (the list of these).
// Safe from any thread.
class Probes {
 public:
  using Clock = std::chrono::steady_clock;

  // How late the loop may be. The longest that it does in one round is to wait for NICs and for kubelet, some
  // seconds each; what lasts longer has got stuck.
  static constexpr std::chrono::seconds bound{60};

  // `scrape`: the metrics in the text exposition format, version 0.0.4.
  explicit Probes(std::function<std::string()> scrape, std::function<Clock::time_point()> now = Clock::now)
      : scrape_(std::move(scrape)), now_(std::move(now)) {
    expect_round(now_());
  }

  // The loop says when it will come round at the latest: before it sleeps, when the sleep ends; before it
  // works, now.
  void expect_round(Clock::time_point when) { next_round_ = when.time_since_epoch().count(); }

  // After each scan of the node. `registered`: all pools are registered with kubelet.
  void scanned(bool registered) {
    registered_ = registered;
    scanned_ = true;
  }

  // All but the metrics.
  std::optional<HttpAnswer> answer_at_once(const std::string& path) const;

  // The metrics: may take as long as the kernel does.
  HttpAnswer answer_slowly(const std::string& path) const;

  HttpHandlers handlers() const;

 private:
  std::string trouble_of_loop() const;

  std::function<std::string()> scrape_;
  std::function<Clock::time_point()> now_;
  std::atomic<Clock::rep> next_round_{0};
  std::atomic<bool> scanned_{false};
  std::atomic<bool> registered_{false};
};

}  // namespace rxlease::deviceplugin::operate
