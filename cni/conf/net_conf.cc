// SPDX-License-Identifier: Apache-2.0
#include "cni/conf/net_conf.h"

#include "cni/conf/dns.h"
#include "cni/conf/json/json_text.h"
#include "cni/conf/requested_address.h"
#include "cni/conf/sections.h"
#include "cni/spec/error.h"
#include "cni/spec/names.h"
#include "kernel/ip.h"
#include "text/display.h"

namespace rxlease::cni {

namespace {

nlohmann::json read_dns(ObjectReader& reader) {
  auto dns = reader.object("dns");
  if (!dns) return nullptr;
  check_dns(*dns);
  dns->refuse_unread();
  return dns->json();
}

// The IPAM plugin reads the addresses from the configuration itself; a mistake is refused here, with a clear
// message.
std::vector<kernel::IpAddress> read_ips(ObjectReader& runtime, bool has_ipam) {
  std::vector<kernel::IpAddress> addresses;
  const auto ips = runtime.strings("ips");
  if (!ips || ips->empty()) return addresses;
  for (const auto& ip : *ips) {
    if (const auto address = parse_requested_address(ip)) {
      addresses.push_back(*address);
      continue;
    }
    runtime.refuse("ips", "has " + text::display(ip) + ", which is not an IP address",
                   "use addresses, with or without a prefix length: 10.22.0.5, fd00::5/64");
  }
  if (!has_ipam) {
    runtime.refuse("ips", "asks for addresses, but the network has no IPAM",
                   R"(set "ipam": {"type": "static"})");
  }
  return addresses;
}

// "args.cni.ips", by which a pod's annotation asks for addresses. Whatever is no address there the IPAM
// plugin refuses.
void add_ips_of_pod(const nlohmann::json& conf, std::vector<kernel::IpAddress>& addresses) {
  static const nlohmann::json::json_pointer place("/args/cni/ips");
  if (!conf.contains(place) || !conf[place].is_array()) return;
  for (const auto& ip : conf[place]) {
    const auto address = ip.is_string() ? parse_requested_address(ip.get<std::string>()) : std::nullopt;
    if (address) addresses.push_back(*address);
  }
}

// Keys that runtimes and other readers of the same file understand, and those that a '/' marks as a vendor's.
void accept_foreign_keys(ObjectReader& reader) {
  for (const auto* const key : {"args", "capabilities", "cniVersions", "disableCheck", "disableGC",
                                "loadOnlyInlinedPlugins", "pciBusID"}) {
    reader.accept(key);
  }
  for (const auto& [key, value] : reader.json().items()) {
    if (key.find('/') != std::string::npos) reader.accept(key);
  }
  if (reader.boolean("ipMasq").value_or(false)) {
    throw Error(Code::unsupported_field, "\"ipMasq\": true is not supported: rxlease does not masquerade",
                "leave it out, and masquerade with rules of the node where pod addresses are not routed");
  }
}

// Kept in files that were written for an earlier release.
void pass_over_former_keys(ObjectReader& reader, NetConf& conf) {
  reader.accept("podResourcesSocket");
  if (!reader.has("podResourcesSocket")) return;
  conf.warnings.emplace_back(
      "\"podResourcesSocket\" has no effect any more, take it out: rxlease-device-plugin asks kubelet now, "
      "in its \"kubeletDirectory\"");
}

}  // namespace

NetConf parse_net_conf(std::string_view text) {
  const auto json = parse_conf(text, RepeatedKeys::refused);
  ObjectReader reader(json);
  NetConf conf;
  conf.text = text;
  conf.cni_version = read_version(reader);
  conf.name = read_name(reader);
  conf.type = read_type(reader);
  auto runtime = reader.object("runtimeConfig");
  conf.netkit = read_netkit(reader, runtime);
  conf.queues = read_queues(reader, runtime);
  conf.steering = read_steering(reader, conf.netkit.pairing);
  conf.ipam_type = read_ipam(reader, conf.type);
  if (conf.steering.proxy_neighbors && !conf.ipam_type) {
    reader.refuse("proxyNeighbors", "needs addresses to answer for, but the network has no IPAM",
                  R"(set "ipam", with a range of the NIC's own network, or leave "proxyNeighbors" out)");
  }
  if (runtime) conf.requested_addresses = read_ips(*runtime, conf.ipam_type.has_value());
  add_ips_of_pod(json, conf.requested_addresses);
  conf.ipam_timeout = read_ipam_timeout(reader, conf.ipam_timeout);
  conf.dns = read_dns(reader);
  if (const auto result = reader.object("prevResult")) conf.prev_result = result->json();
  conf.valid_attachments = read_valid_attachments(reader);
  conf.state_directory = read_state_directory(reader, conf.state_directory);
  accept_foreign_keys(reader);
  pass_over_former_keys(reader, conf);
  reader.refuse_unread();
  return conf;
}

// The reference plugin ptp cannot use dhcp either, for the same reason.
void check_ipam(const NetConf& conf) {
  if (conf.ipam_type != "dhcp") return;
  throw Error(
      Code::invalid_config,
      "\"ipam.type\": \"dhcp\" asks a DHCP server over the pod's interface, which is made only when its "
      "addresses are known",
      "use an IPAM plugin that needs no interface: host-local, static, whereabouts");
}

void check_for_add(const NetConf& conf) {
  check_ipam(conf);
  const bool chained = conf.prev_result.has_value();
  const bool single = conf.netkit.pairing == kernel::NetkitPairing::single;
  if (chained && !single) {
    throw Error(
        Code::invalid_config, R"("pairing": "pair" cannot follow another plugin of the list)",
        R"(set "pairing": "single", or make the pair a network of its own, which Multus adds, or make rxlease the first plugin)");
  }
  if (!chained && single && conf.queues.optional) {
    throw Error(Code::invalid_config,
                R"("optional": true needs a plugin before it in the list, or "pairing": "pair")",
                "leave \"optional\" out: a single netkit without a queue is of no use to the pod");
  }
  if (conf.queues.count.value_or(1) > 1 && !conf.queues.devices.empty()) {
    throw Error(Code::invalid_config,
                "\"queues\": " + std::to_string(*conf.queues.count) +
                    ", but \"deviceID\" is one: " + text::display(conf.queues.devices.front().to_string()),
                "remove the annotation k8s.v1.cni.cncf.io/resourceName from the network attachment "
                "definition: without a deviceID rxlease asks kubelet for all of the pod's queues");
  }
}

}  // namespace rxlease::cni
