// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "deviceplugin/ctl/terminal/style.h"

namespace rxlease::deviceplugin::ctl {

// `warning`: something works worse than it could, or may not work. `missing`: something will not work.
enum class Level { ok, warning, missing };

struct Finding {
  Level level = Level::ok;
  std::string subject;  // "kernel", "pool rxq, netdevsim1.p1"
  std::string what;
  std::string remedy;  // empty if `ok`

  bool operator==(const Finding&) const = default;
};

// The findings of `check`, in the order of its steps.
class Findings {
 public:
  void ok(std::string subject, std::string what) {
    add({Level::ok, std::move(subject), std::move(what), ""});
  }
  void warning(std::string subject, std::string what, std::string remedy) {
    add({Level::warning, std::move(subject), std::move(what), std::move(remedy)});
  }
  void missing(std::string subject, std::string what, std::string remedy) {
    add({Level::missing, std::move(subject), std::move(what), std::move(remedy)});
  }

  // Runs one step; an exception, because the kernel or a file cannot be read, becomes a warning.
  template <typename Step>
  void step(const std::string& subject, Step look);

  const std::vector<Finding>& list() const { return list_; }
  std::size_t count(Level level) const;

  // A line each, "missing  subject: what; remedy"; the last line has the counts. Where the style has a width,
  // longer lines are broken behind their level.
  std::string to_text(const Style& style = {}) const;

  // {"ok": N, "warning": N, "missing": N, "findings": [{level, subject, what, remedy}]}; `remedy` is null if
  // ok. Later versions only add members.
  std::string to_json_text() const;

 private:
  void add(Finding finding) { list_.push_back(std::move(finding)); }
  void cannot_tell(const std::string& subject, const char* why);

  std::vector<Finding> list_;
};

template <typename Step>
void Findings::step(const std::string& subject, Step look) {
  try {
    look();
  } catch (const std::exception& error) {
    cannot_tell(subject, error.what());
  }
}

}  // namespace rxlease::deviceplugin::ctl
