// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/probes.h"

namespace rxlease::deviceplugin::operate {

HttpAnswer Probes::answer(const std::string& path) const {
  HttpAnswer answer;
  if (path == "/metrics") {
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    answer.body = scrape_();
  } else if (path == "/healthz" || (path == "/readyz" && scanned_ && registered_)) {
    answer.body = "ok\n";
  } else if (path == "/readyz") {
    answer.status = 503;
    answer.body = scanned_ ? "not registered with kubelet\n" : "starting\n";
  } else {
    answer.status = 404;
    answer.body = "there are /metrics, /healthz and /readyz\n";
  }
  return answer;
}

}  // namespace rxlease::deviceplugin::operate
