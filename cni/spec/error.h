// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace rxlease::cni {

// Error codes of the CNI specification 1.1.0, section "Error", and those of rxlease from 100 on.
enum class Code : unsigned {
  incompatible_version = 1,
  unsupported_field = 2,
  unknown_container = 3,
  invalid_environment = 4,
  io_failure = 5,
  decode_failure = 6,
  invalid_config = 7,
  try_again_later = 11,
  plugin_not_available = 50,
  limited_connectivity = 51,
  kernel_failure = 100,  // Linux refused a request that the configuration should have allowed
  check_failed = 101,    // CHECK found the attachment other than ADD left it
};

// A refusal in the specification's words, which run_plugin() prints as error JSON. `message` says in one line
// what is wrong: field, value. `details` says what would be right.
class Error : public std::runtime_error {
 public:
  Error(Code code, const std::string& message, std::string details = {})
      : std::runtime_error(message), code_(static_cast<unsigned>(code)), details_(std::move(details)) {}
  // An IPAM plugin's own error keeps its code.
  Error(unsigned code, const std::string& message, std::string details)
      : std::runtime_error(message), code_(code), details_(std::move(details)) {}

  unsigned code() const { return code_; }
  const std::string& details() const { return details_; }

 private:
  unsigned code_;
  std::string details_;
};

}  // namespace rxlease::cni
