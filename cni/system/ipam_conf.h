// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "attachment/record/attachment.h"
#include "cni/conf/release_conf.h"

namespace rxlease::cni {

// What the record of an ADD keeps of the configuration `text`, for the IPAM plugin's DEL: all but the results
// of others. REQUIRES: an object.
std::string ipam_conf_to_keep(const std::string& text);

// The configurations to release the record's addresses with: that of the ADD, and the present one if it is
// another one for the same plugin. Records of older versions have none, and get the present one, with the
// network's name that the record has.
struct IpamConfigurations {
  std::string first;
  std::optional<std::string> second;
};
IpamConfigurations ipam_configurations(const ReleaseConf& conf, const attachment::Attachment& record);

}  // namespace rxlease::cni
