// SPDX-License-Identifier: Apache-2.0
#include "tests/benchmark/contestants.h"

#include <nlohmann/json.hpp>

namespace rxlease::benchmark {

namespace {

using nlohmann::json;

constexpr const char* gateway = "10.64.0.1";
constexpr const char* subnet_length = "/16";

// Its own half of the subnet: everybody has the same gateway, as on a node.
json host_local_ipam(const std::string& directory) {
  const json range{{"subnet", "10.64.0.0/16"}, {"rangeStart", "10.64.128.0"}, {"gateway", gateway}};
  return {{"type", "host-local"},
          {"dataDir", directory + "/ipam"},
          {"ranges", json::array({json::array({range})})}};
}

json noop_ipam() {
  return {{"type", "cni_noop"}};
}

json network(const char* type, const json& ipam) {
  return {{"cniVersion", "1.1.0"}, {"name", "benchmark"}, {"type", type}, {"ipam", ipam}};
}

json rxlease_network(const json& ipam, const Attachment& attachment) {
  auto conf = network("rxlease", ipam);
  conf["devices"] = json::array({"netdevsim1.p1-rx" + std::to_string(attachment.queue)});
  return conf;
}

// What cni_noop answers as an IPAM plugin, and ignores otherwise.
std::string noop_answer(const Attachment& attachment) {
  const json ip{{"address", attachment.address + subnet_length}, {"gateway", gateway}};
  return json{{"cniVersion", "1.1.0"}, {"ips", json::array({ip})}}.dump();
}

}  // namespace

Contestants::Contestants(std::string programs, std::string references, std::string directory,
                         std::uint32_t nic_ifindex)
    : programs_(std::move(programs)),
      references_(std::move(references)),
      directory_(std::move(directory)),
      nic_ifindex_(nic_ifindex) {}

Invocation Contestants::cni(const std::string& program, Verb verb, const Attachment& attachment,
                            std::string conf) const {
  return {program,
          {},
          {{"CNI_COMMAND", verb == Verb::add ? "ADD" : "DEL"},
           {"CNI_CONTAINERID", attachment.container_id},
           {"CNI_NETNS", attachment.netns},
           {"CNI_IFNAME", "eth0"},
           {"CNI_PATH", references_ + ":" + programs_},
           {"CNI_NOOP_ANSWER", verb == Verb::add ? noop_answer(attachment) : ""}},
          std::move(conf)};
}

Invocation Contestants::rxlease(Verb verb, const Attachment& attachment) const {
  return cni(plugin(), verb, attachment, rxlease_network(host_local_ipam(directory_), attachment).dump());
}

Invocation Contestants::rxlease_with_noop(Verb verb, const Attachment& attachment) const {
  return cni(plugin(), verb, attachment, rxlease_network(noop_ipam(), attachment).dump());
}

Invocation Contestants::ptp(Verb verb, const Attachment& attachment) const {
  return cni(references_ + "/ptp", verb, attachment, network("ptp", host_local_ipam(directory_)).dump());
}

Invocation Contestants::ptp_with_noop(Verb verb, const Attachment& attachment) const {
  return cni(references_ + "/ptp", verb, attachment, network("ptp", noop_ipam()).dump());
}

Invocation Contestants::host_local(Verb verb, const Attachment& attachment) const {
  return cni(references_ + "/host-local", verb, attachment,
             network("rxlease", host_local_ipam(directory_)).dump());
}

Invocation Contestants::floor(Verb verb, const Attachment& attachment) const {
  const auto host_ifname = "flr" + attachment.container_id;
  if (verb == Verb::del) return {programs_ + "/cni_floor", {"del", host_ifname}, {}, ""};
  return {programs_ + "/cni_floor",
          {"add", attachment.netns, host_ifname, std::to_string(nic_ifindex_),
           std::to_string(attachment.queue), attachment.address + subnet_length, gateway},
          {},
          ""};
}

Invocation Contestants::noop() const {
  return {programs_ + "/cni_noop", {}, {}, ""};
}

}  // namespace rxlease::benchmark
