// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "attachment/site/machine.h"

namespace rxlease::attachment {

// Undoes steps in reverse order unless keep() is called. When a step cannot be undone it warns and undoes no
// more, so that what was done before that step, the record above all, stays for whoever undoes the attachment
// later.
class Rollback {
 public:
  explicit Rollback(Machine& machine) : machine_(machine) {}
  Rollback(const Rollback&) = delete;
  Rollback& operator=(const Rollback&) = delete;
  ~Rollback() { undo(); }

  // `what` completes the sentence "could not …".
  void add(std::string what, std::function<void()> step) {
    steps_.emplace_back(std::move(what), std::move(step));
  }

  void keep() { steps_.clear(); }

 private:
  void undo() noexcept {
    for (; !steps_.empty(); steps_.pop_back()) {
      const auto& [what, step] = steps_.back();
      try {
        step();
      } catch (const std::exception& error) {
        machine_.warn("the attachment failed, and rxlease could not " + what + ": " + error.what() +
                      "; its record stays, so that it can be undone later");
        return;
      }
    }
  }

  Machine& machine_;
  std::vector<std::pair<std::string, std::function<void()>>> steps_;
};

}  // namespace rxlease::attachment
