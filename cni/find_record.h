// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attachment/attachment.h"
#include "cni/call.h"

namespace rxlease::cni {

// The record that a DEL is about: one of the container and CNI_IFNAME, whatever the network is called by now.
// If a plugin list has several rxlease plugins, each of them has its record. So the one whose interface and
// pairing are the configuration's comes first. Without that one, the file may have been edited since the ADD,
// and any record that is not clearly another plugin's is meant.
std::optional<attachment::Attachment> find_record(const ReleaseCall& call);

// The interfaces that the DEL may be about: as the configuration or CNI_IFNAME names them in the pod.
std::vector<std::string> possible_interfaces(const ReleaseCall& call);

}  // namespace rxlease::cni
