// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "deviceplugin/config/config.h"

namespace rxlease::deviceplugin::ctl {

struct BundleOptions {
  std::string file;        // the configuration's
  bool anonymous = false;  // replace the names of pods, networks and the node, and addresses
};

// Everything that a report of a fault needs, as one text to be read before it is sent: versions,
// configuration, what `check` and `show` say, settings of NICs, records, metrics, and where the logs are. A
// part that cannot be had says so. At most 256 KiB a part; nothing of other programs' configurations. Changes
// nothing. Needs root.
std::string support_bundle(const config::Config& config, const BundleOptions& options);

}  // namespace rxlease::deviceplugin::ctl
