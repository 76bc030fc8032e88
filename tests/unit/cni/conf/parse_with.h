// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cni/conf/net_conf.h"

namespace rxlease::cni {

// A configuration with `members` behind those that every one has.
inline std::string text_with(const std::string& members) {
  const std::string base = R"("cniVersion": "1.1.0", "name": "zerocopy", "type": "rxlease")";
  return "{" + base + (members.empty() ? "" : ", ") + members + "}";
}

inline NetConf parse_with(const std::string& members) {
  return parse_net_conf(text_with(members));
}

}  // namespace rxlease::cni
