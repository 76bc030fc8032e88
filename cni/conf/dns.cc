// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/dns.h"

namespace rxlease::cni {

void check_dns(ObjectReader& dns) {
  for (const auto* const key : {"nameservers", "search", "options"}) dns.strings(key);
  dns.string("domain");
}

}  // namespace rxlease::cni
