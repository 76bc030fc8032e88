// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attachment/record/attachment.h"
#include "cni/verbs/call.h"

namespace rxlease::cni {

// The record that a DEL is about: the one of the container and CNI_IFNAME that has the configuration's
// interface and pairing, whatever the network is called by now.
std::optional<attachment::Attachment> find_record(const ReleaseCall& call);

// Without that one, the file may have been edited since the ADD: the record of the container and CNI_IFNAME
// that is not clearly another rxlease plugin's of the same list, since each of them has its record and its
// DEL.
std::optional<attachment::Attachment> find_record_of_edited_file(const ReleaseCall& call);

// The interfaces that the DEL may be about: as the configuration or CNI_IFNAME names them in the pod.
std::vector<std::string> possible_interfaces(const ReleaseCall& call);

}  // namespace rxlease::cni
