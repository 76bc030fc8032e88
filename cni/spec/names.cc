// SPDX-License-Identifier: Apache-2.0
#include "cni/spec/names.h"

namespace rxlease::cni {

bool is_resource_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const auto domain = text.substr(0, slash);
  const auto name = text.substr(slash + 1);
  const bool ends_well = !name.empty() && is_cni_name(name.substr(name.size() - 1));
  return text::is_dns_subdomain(domain) && !domain.ends_with("kubernetes.io") && name.size() <= 63 &&
         is_cni_name(name) && ends_well;
}

}  // namespace rxlease::cni
