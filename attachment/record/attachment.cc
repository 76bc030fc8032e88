// SPDX-License-Identifier: Apache-2.0
#include "attachment/record/attachment.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "attachment/record/steering_plan.h"
#include "kernel/boot_id.h"
#include "text/rules.h"

namespace rxlease::attachment {

namespace {

using nlohmann::json;

constexpr std::string_view name_of(kernel::NetkitPairing pairing) {
  return pairing == kernel::NetkitPairing::pair ? "pair" : "single";
}

// A member that is a number of the kernel's: an ifindex or a queue; 0 if it is absent. Those of the kernel
// have 31 bits, and it answers EINVAL to others.
std::uint32_t number_in(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return 0;
  constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > most) {
    throw json::type_error::create(302, "no number", &*found);
  }
  return found->get<std::uint32_t>();
}

std::uint64_t cookie_in(const json& object) {
  const auto found = object.find("netnsCookie");
  if (found == object.end()) return 0;
  if (!found->is_number_unsigned()) throw json::type_error::create(302, "no cookie", &*found);
  return found->get<std::uint64_t>();
}

json to_json(const AttachedDevice& device) {
  json object{{"id", device.id.to_string()}};
  if (device.queue) object["queue"] = *device.queue;
  if (device.allocated) object["allocated"] = device.allocated->to_string();
  return object;
}

kernel::DeviceId device_id_from(const json& text) {
  const auto id = kernel::DeviceId::parse(text.get<std::string>());
  if (!id) throw json::type_error::create(302, "no device id", &text);
  return *id;
}

AttachedDevice device_from(const json& object) {
  AttachedDevice device{device_id_from(object.at("id"))};
  if (object.contains("queue")) device.queue = number_in(object, "queue");
  if (object.contains("allocated")) device.allocated = device_id_from(object["allocated"]);
  return device;
}

kernel::NetkitPairing pairing_in(const json& object) {
  using kernel::NetkitPairing;
  const auto word = object.value("pairing", std::string(name_of(NetkitPairing::pair)));
  for (const auto pairing : {NetkitPairing::pair, NetkitPairing::single}) {
    if (word == name_of(pairing)) return pairing;
  }
  throw json::type_error::create(302, "no pairing", &object);
}

std::optional<std::chrono::microseconds> add_duration_in(const json& object) {
  const auto found = object.find("addMicroseconds");
  if (found == object.end()) return std::nullopt;
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > most) {
    throw json::type_error::create(302, "no duration", &*found);
  }
  return std::chrono::microseconds(found->get<std::int64_t>());
}

std::string ipam_conf_from(const json& object) {
  const auto found = object.find("ipamConf");
  if (found == object.end()) return "";
  if (!found->is_object()) throw json::type_error::create(302, "no configuration", &*found);
  return found->dump();
}

Attachment attachment_from(const json& object) {
  Attachment record;
  record.boot_id = object.value("bootId", "");
  record.network = object.at("network").get<std::string>();
  record.container_id = object.at("containerId").get<std::string>();
  record.ifname = object.at("ifname").get<std::string>();
  record.interface = object.at("interface").get<std::string>();
  record.netns = object.value("netns", "");
  record.netns_cookie = cookie_in(object);
  record.pod_namespace = object.value("podNamespace", "");
  record.pod_name = object.value("podName", "");
  record.pod_uid = object.value("podUid", "");
  record.pairing = pairing_in(object);
  record.host_interface = object.value("hostInterface", "");
  record.host_ifindex = number_in(object, "hostIfindex");
  record.interface_ifindex = number_in(object, "interfaceIfindex");
  for (const auto& device : object.value("devices", json::array()))
    record.devices.push_back(device_from(device));
  record.ipam = object.value("ipam", "");
  record.ipam_conf = ipam_conf_from(object);
  if (object.contains("steering")) record.steering = steering_from(object.at("steering"));
  if (object.contains("proxies")) record.proxies = proxies_from(object.at("proxies"));
  record.add_duration = add_duration_in(object);
  if (object.contains("blueprint")) record.blueprint = blueprint_from(object.at("blueprint"));
  if (object.contains("generation")) record.generation = number_in(object, "generation");
  record.unfinished = object.value("unfinished", false);
  record.lent = object.value("lent", false);
  record.ending = object.value("ending", false);
  record.trouble = object.value("trouble", "");
  return record;
}

// Whether `is_right` holds for a member that may be absent.
template <typename Rule>
bool is_absent_or(const std::string& member, Rule is_right) {
  return member.empty() || is_right(member);
}

bool is_identity(std::string_view text) {
  constexpr std::size_t longest = 253;  // of Kubernetes' own names
  return text.size() <= longest && text::is_printable(text);
}

bool is_path(std::string_view text) {
  constexpr std::size_t longest = 4095;  // PATH_MAX - 1
  return text.size() <= longest && text.starts_with('/') && text::is_printable(text);
}

bool is_of_sentence(char c) {
  return c >= ' ' && c < 0x7f;
}

// Of which no program makes another use than to show it.
bool is_sentence(std::string_view text) {
  return text.size() <= longest_trouble && std::ranges::all_of(text, is_of_sentence);
}

bool is_nic_name(const std::string& nic) {
  return kernel::DeviceId::parse(nic + "-rx0").has_value();
}

// Whether every name, path and id is one that ADD takes.
bool is_sound(const Attachment& record) {
  constexpr std::size_t most_devices = 1023;  // NETKIT_NUM_RX_QUEUES_MAX - 1, Linux 7.1
  const auto& steering = record.steering;
  return text::is_cni_name(record.network) && text::is_cni_name(record.container_id) &&
         text::is_interface_name(record.ifname) && text::is_interface_name(record.interface) &&
         is_absent_or(record.host_interface, text::is_interface_name) &&
         is_absent_or(record.ipam, text::is_plugin_name) && is_absent_or(record.netns, is_path) &&
         is_absent_or(record.boot_id, is_identity) && is_absent_or(record.pod_namespace, is_identity) &&
         is_absent_or(record.pod_name, is_identity) && is_absent_or(record.pod_uid, is_identity) &&
         is_absent_or(record.trouble, is_sentence) && record.devices.size() <= most_devices &&
         (!record.blueprint || record.blueprint->netkit.pairing == record.pairing) &&
         (!steering || (is_nic_name(steering->nic) && steering->flows.size() <= most_flow_rules)) &&
         (!record.proxies ||
          (is_nic_name(record.proxies->nic) && record.proxies->addresses.size() <= most_proxies));
}

}  // namespace

bool Attachment::is_of_this_boot() const {
  return boot_id.empty() || boot_id == kernel::boot_id();
}

std::string Attachment::describe_owner() const {
  const std::string where = "container " + container_id + ", interface " + interface;
  return pod_name.empty() ? where : pod_namespace + "/" + pod_name + " (" + where + ")";
}

std::string Attachment::describe_pod() const {
  return pod_name.empty() ? "container " + container_id : pod_namespace + "/" + pod_name;
}

void Attachment::set_trouble(std::string text) {
  text.resize(std::min(text.size(), longest_trouble));
  std::ranges::replace_if(
      text, [](char c) { return !is_of_sentence(c); }, '?');
  trouble = std::move(text);
}

std::string to_json_text(const Attachment& attachment) {
  json devices = json::array();
  for (const auto& device : attachment.devices) devices.push_back(to_json(device));
  json object{{"bootId", attachment.boot_id},           {"network", attachment.network},
              {"containerId", attachment.container_id}, {"ifname", attachment.ifname},
              {"interface", attachment.interface},      {"netns", attachment.netns},
              {"netnsCookie", attachment.netns_cookie}, {"podNamespace", attachment.pod_namespace},
              {"podName", attachment.pod_name},         {"podUid", attachment.pod_uid},
              {"pairing", name_of(attachment.pairing)}, {"hostInterface", attachment.host_interface},
              {"hostIfindex", attachment.host_ifindex}, {"interfaceIfindex", attachment.interface_ifindex},
              {"devices", std::move(devices)},          {"ipam", attachment.ipam},
              {"generation", attachment.generation}};
  if (!attachment.ipam_conf.empty()) object["ipamConf"] = json::parse(attachment.ipam_conf);
  if (attachment.steering) object["steering"] = to_json(*attachment.steering);
  if (attachment.proxies) object["proxies"] = to_json(*attachment.proxies);
  if (attachment.add_duration) object["addMicroseconds"] = attachment.add_duration->count();
  if (attachment.blueprint) object["blueprint"] = to_json(*attachment.blueprint);
  if (attachment.unfinished) object["unfinished"] = true;
  if (attachment.lent) object["lent"] = true;
  if (attachment.ending) object["ending"] = true;
  if (!attachment.trouble.empty()) object["trouble"] = attachment.trouble;
  return object.dump(2) + "\n";
}

std::optional<Attachment> attachment_from_json_text(std::string_view text) {
  try {
    auto record = attachment_from(json::parse(text));
    return is_sound(record) ? std::optional(std::move(record)) : std::nullopt;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace rxlease::attachment
