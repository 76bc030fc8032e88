// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rxlease::tests {

// The seccomp profile that containerd gives containers by default, and system calls that are allowed beyond
// it.
//
// Needs in the environment: RXLEASE_SECCOMP, the profile, as tests/references/seccomp makes it.
class SeccompProfile {
 public:
  SeccompProfile();

  void allow(const std::string& call) { allowed_.push_back(call); }

  // Puts the calling process under it permanently. Throws std::runtime_error. REQUIRES: no_new_privs is set.
  void apply() const;

 private:
  nlohmann::json profile_;
  std::vector<std::string> allowed_;
};

}  // namespace rxlease::tests
