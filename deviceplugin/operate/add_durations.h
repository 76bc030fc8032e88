// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "attachment/record/attachment.h"

namespace rxlease::deviceplugin::operate {

// How long the CNI plugin's ADDs took. The plugin is a process for each call and answers no scrape, so it
// writes the duration into the attachment's record, and the daemon observes the records that are new.
class AddDurations {
 public:
  explicit AddDurations(prometheus::Registry& registry);

  // Takes the records of a scan. Those of the first one count for nothing: they are of before the daemon's
  // start, and an earlier daemon has observed them.
  void observe(const std::vector<attachment::Attachment>& attachments);

 private:
  // Container, interface and duration: a container that is attached anew counts again.
  using Add = std::tuple<std::string, std::string, std::chrono::microseconds>;

  prometheus::Histogram& seconds_;
  std::optional<std::set<Add>> known_;  // absent before the first call
};

}  // namespace rxlease::deviceplugin::operate
