// SPDX-License-Identifier: Apache-2.0
#include "attachment/attachment.h"

#include <nlohmann/json.hpp>

namespace rxlease::attachment {

namespace {

using nlohmann::json;

constexpr std::string_view name_of(kernel::NetkitPairing pairing) {
  return pairing == kernel::NetkitPairing::pair ? "pair" : "single";
}

json to_json(const AttachedDevice& device) {
  json object{{"id", device.id.to_string()}};
  if (device.queue) object["queue"] = *device.queue;
  return object;
}

AttachedDevice device_from(const json& object) {
  const auto& text = object.at("id");
  const auto id = kernel::DeviceId::parse(text.get<std::string>());
  if (!id) throw json::type_error::create(302, "no device id", &text);
  AttachedDevice device{*id, std::nullopt};
  if (object.contains("queue")) device.queue = object.at("queue").get<std::uint32_t>();
  return device;
}

Attachment attachment_from(const json& object) {
  Attachment record;
  record.network = object.at("network").get<std::string>();
  record.container_id = object.at("containerId").get<std::string>();
  record.ifname = object.at("ifname").get<std::string>();
  record.interface = object.at("interface").get<std::string>();
  record.netns = object.value("netns", "");
  record.netns_cookie = object.value("netnsCookie", std::uint64_t{0});
  record.pod_namespace = object.value("podNamespace", "");
  record.pod_name = object.value("podName", "");
  record.pod_uid = object.value("podUid", "");
  const bool single = object.value("pairing", "pair") == name_of(kernel::NetkitPairing::single);
  record.pairing = single ? kernel::NetkitPairing::single : kernel::NetkitPairing::pair;
  record.host_interface = object.value("hostInterface", "");
  record.host_ifindex = object.value("hostIfindex", 0U);
  record.interface_ifindex = object.value("interfaceIfindex", 0U);
  for (const auto& device : object.value("devices", json::array()))
    record.devices.push_back(device_from(device));
  record.ipam = object.value("ipam", "");
  if (object.contains("steering")) record.steering = steering_from(object.at("steering"));
  return record;
}

}  // namespace

std::string Attachment::describe_owner() const {
  const std::string where = "container " + container_id + ", interface " + interface;
  return pod_name.empty() ? where : pod_namespace + "/" + pod_name + " (" + where + ")";
}

std::string to_json_text(const Attachment& attachment) {
  json devices = json::array();
  for (const auto& device : attachment.devices) devices.push_back(to_json(device));
  json object{{"network", attachment.network},
              {"containerId", attachment.container_id},
              {"ifname", attachment.ifname},
              {"interface", attachment.interface},
              {"netns", attachment.netns},
              {"netnsCookie", attachment.netns_cookie},
              {"podNamespace", attachment.pod_namespace},
              {"podName", attachment.pod_name},
              {"podUid", attachment.pod_uid},
              {"pairing", name_of(attachment.pairing)},
              {"hostInterface", attachment.host_interface},
              {"hostIfindex", attachment.host_ifindex},
              {"interfaceIfindex", attachment.interface_ifindex},
              {"devices", std::move(devices)},
              {"ipam", attachment.ipam}};
  if (attachment.steering) object["steering"] = to_json(*attachment.steering);
  return object.dump(2) + "\n";
}

std::optional<Attachment> attachment_from_json_text(std::string_view text) {
  try {
    return attachment_from(json::parse(text));
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace rxlease::attachment
