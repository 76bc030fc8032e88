// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/probes.h"

namespace rxlease::deviceplugin::operate {

namespace {

constexpr const char* paths =
    "/metrics  what the daemon counts, for Prometheus\n"
    "/healthz  whether the daemon's loop comes round\n"
    "/readyz   whether, besides, the node is scanned and kubelet has accepted the registration\n";

}  // namespace

// Empty while it comes round in time.
std::string Probes::trouble_of_loop() const {
  const Clock::time_point expected{Clock::duration(next_round_)};
  const auto late = now_() - expected;
  if (late <= bound) return "";
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(late).count();
  return "the daemon's loop is stuck: it should have come round " + std::to_string(seconds) + " s ago\n";
}

std::optional<HttpAnswer> Probes::answer_at_once(const std::string& path) const {
  if (path == "/metrics") return std::nullopt;
  if (path == "/") return HttpAnswer{.body = paths};
  HttpAnswer answer;
  if (path != "/healthz" && path != "/readyz") {
    answer.status = 404;
    answer.body = std::string("here are only:\n") + paths;
    return answer;
  }
  answer.body = trouble_of_loop();
  if (answer.body.empty() && path == "/readyz") {
    if (!scanned_) {
      answer.body = "starting\n";
    } else if (!registered_) {
      answer.body = "not registered with kubelet\n";
    }
  }
  if (answer.body.empty()) {
    answer.body = "ok\n";
  } else {
    answer.status = 503;
  }
  return answer;
}

HttpAnswer Probes::answer_slowly(const std::string& /*path*/) const {
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = scrape_()};
}

HttpHandlers Probes::handlers() const {
  return {.at_once = [this](const std::string& path) { return answer_at_once(path); },
          .slowly = [this](const std::string& path) { return answer_slowly(path); }};
}

}  // namespace rxlease::deviceplugin::operate
