// SPDX-License-Identifier: Apache-2.0
#include "cni/system/ipam_conf.h"

#include <nlohmann/json.hpp>

namespace rxlease::cni {

namespace {

using nlohmann::json;

json without_results(const std::string& text) {
  auto object = json::parse(text);
  for (const auto* const key : {"prevResult", "cni.dev/valid-attachments", "cni.dev/attachments"}) {
    object.erase(key);
  }
  return object;
}

// IPAM plugins keep their reservations by the network's name.
std::string named(const ReleaseConf& conf, const std::string& network) {
  if (conf.name == network) return conf.text;
  auto object = json::parse(conf.text);
  object["name"] = network;
  return object.dump();
}

}  // namespace

std::string ipam_conf_to_keep(const std::string& text) {
  return without_results(text).dump();
}

IpamConfigurations ipam_configurations(const ReleaseConf& conf, const attachment::Attachment& record) {
  if (record.ipam_conf.empty()) return {named(conf, record.network), std::nullopt};
  if (json::parse(record.ipam_conf) == without_results(conf.text)) return {conf.text, std::nullopt};
  if (conf.ipam_type != record.ipam) return {record.ipam_conf, std::nullopt};
  return {record.ipam_conf, named(conf, record.network)};
}

}  // namespace rxlease::cni
