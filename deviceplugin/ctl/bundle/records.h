// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "attachment/record/attachment.h"

namespace rxlease::deviceplugin::ctl {

// The record as in its file, but for the IPAM plugin's configuration, which is somebody else's and may have
// secrets: only the plugin's name is left.
std::string record_text(const attachment::Attachment& attachment);

// What a runtime's network configuration says of rxlease: the list's name, the types of its plugins, and each
// plugin "rxlease" with all its members but those of other programs (`ipam`, `prevResult`), of which only a
// type is left. Empty: the text is no such configuration.
std::string network_text(const std::string& configuration);

}  // namespace rxlease::deviceplugin::ctl
