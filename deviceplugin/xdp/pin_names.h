// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace rxlease::deviceplugin::xdp {

// A NIC's name as that of its directory in a bpffs: '+' for '.', which a bpffs refuses, and '=' for ':',
// which container runtimes that write a mount as HOST:CONTAINER do.
std::string pin_name_of(const std::string& nic);

// The way back; also of a name by 0.1, which left ':' as it is.
std::string nic_of_pin_name(const std::string& name);

// Renames the directories that 0.1 made in `directory`. What is pinned there, and mounted into containers,
// stays.
void rename_old_pins(const std::string& directory);

}  // namespace rxlease::deviceplugin::xdp
