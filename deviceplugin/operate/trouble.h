// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <string>

namespace rxlease::deviceplugin::operate {

// Something that the daemon has not managed and tries again, such as to listen on an address. The log gets
// one line when it begins, one when its message changes, and one when it is over; the metrics count every
// failed attempt.
class Trouble {
 public:
  // `what`: the label of rxlease_daemon_failures_total. `over`: the line for its end.
  Trouble(prometheus::Registry& registry, const std::string& what, std::string over);

  // An attempt has failed.
  void lasts(const std::string& message);

  // An attempt has succeeded.
  void is_over();

  bool is_there() const { return !told_.empty(); }

 private:
  prometheus::Counter& failures_;
  std::string over_;
  std::string told_;
};

}  // namespace rxlease::deviceplugin::operate
