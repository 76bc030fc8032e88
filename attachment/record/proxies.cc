// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/proxies.h"

#include <nlohmann/json.hpp>

namespace rxlease::attachment {

nlohmann::json to_json(const Proxies& proxies) {
  auto addresses = nlohmann::json::array();
  for (const auto& address : proxies.addresses) addresses.push_back(address.to_string());
  return {{"nic", proxies.nic}, {"ifindex", proxies.ifindex}, {"addresses", std::move(addresses)}};
}

Proxies proxies_from(const nlohmann::json& object) {
  Proxies proxies{object.at("nic").get<std::string>(), object.at("ifindex").get<std::uint32_t>(), {}};
  for (const auto& text : object.at("addresses").get<std::vector<std::string>>()) {
    const auto address = kernel::IpAddress::parse(text);
    if (!address) throw nlohmann::json::type_error::create(302, "no address: " + text, &object);
    proxies.addresses.push_back(*address);
  }
  return proxies;
}

}  // namespace rxlease::attachment
