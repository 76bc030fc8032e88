// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace rxlease::deviceplugin::install {

// A file that cannot be installed or removed as it is; the message ends with the remedy. What it refuses has
// changed nothing.
class InstallError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace rxlease::deviceplugin::install
