// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace rxlease::deviceplugin::install {

// The installer refuses to install or remove a file; the message ends with the remedy. Nothing was changed.
class InstallError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace rxlease::deviceplugin::install
