// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cni/system.h"

namespace rxlease::cni {

// Undoes the steps of an ADD in reverse order unless keep() says that it went through. A step that cannot be
// undone is reported and ends the undoing, so that what comes before it, the record above all, stays for DEL
// and GC.
class Rollback {
 public:
  explicit Rollback(System& system) : system_(system) {}
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
        system_.warn("ADD failed, and could not " + what + ": " + error.what() + "; DEL will");
        return;
      }
    }
  }

  System& system_;
  std::vector<std::pair<std::string, std::function<void()>>> steps_;
};

}  // namespace rxlease::cni
