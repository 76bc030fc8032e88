// SPDX-License-Identifier: Apache-2.0
#include "attachment/attaching.h"
#include "attachment/nic/predecessor.h"
#include "attachment/nic/proxy.h"
#include "attachment/nic/steer.h"
#include "cni/spec/error.h"
#include "cni/system/ipam_conf.h"
#include "cni/verbs/attachments.h"
#include "cni/verbs/call.h"
#include "cni/verbs/flows.h"
#include "cni/verbs/pod_queues.h"
#include "kernel/boot_id.h"
#include "kernel/mac.h"

namespace rxlease::cni {

namespace {

using attachment::Attachment;
using kernel::NetkitPairing;

std::unique_ptr<kernel::Namespace> open_pod(const Call& call) {
  const auto& path = call.environment.netns;
  auto pod = call.machine().open_netns(path);
  if (!pod) {
    throw Error(Code::unknown_container, "CNI_NETNS: \"" + path + "\" is no network namespace",
                "pass the path of the container's namespace, e.g. /run/netns/NAME");
  }
  if (pod->cookie() == call.machine().host().cookie()) {
    throw Error(Code::invalid_environment, "CNI_NETNS: \"" + path + "\" is the host's network namespace",
                "a pod on the host's network needs no lease: it can use the NIC's queues itself");
  }
  return pod;
}

// Before anything is done: once ADD has begun, a netkit of this name in the pod is taken for its own.
void refuse_taken_name(kernel::Namespace& pod, const std::string& interface) {
  if (kernel::Links(pod.route()).getlink(interface)) {
    throw Error(Code::invalid_environment, "the pod has an interface \"" + interface + "\" already",
                "CNI_IFNAME, or \"interface\" of a chained single, must be a name that is free in CNI_NETNS");
  }
}

// The kernel has no IPv6 on a link with a smaller MTU than IPv6 allows.
void refuse_narrow_ipv6(const NetkitConf& conf, const Result& result) {
  constexpr std::uint32_t least = 1280;  // RFC 8200
  if (conf.mtu == 0 || conf.mtu >= least) return;
  for (const auto& ip : result.ips) {
    if (ip.address.address.is_v4()) continue;
    throw Error(Code::invalid_config,
                "\"mtu\": " + std::to_string(conf.mtu) + " is too small for IPv6: " + ip.address.to_string(),
                "use 1280 at least, or have the IPAM plugin give IPv4 addresses only");
  }
}

Attachment first_record(const Call& call, kernel::Namespace& pod,
                        const std::vector<kernel::DeviceId>& devices) {
  const auto& environment = call.environment;
  Attachment record;
  record.boot_id = kernel::boot_id();
  record.network = call.conf.name;
  record.container_id = environment.container_id;
  record.ifname = environment.ifname;
  record.interface = interface_of(call);
  record.netns = environment.netns;
  record.netns_cookie = pod.cookie();
  record.pod_namespace = environment.pod.pod_namespace;
  record.pod_name = environment.pod.name;
  record.pod_uid = environment.pod.uid;
  record.pairing = call.conf.netkit.pairing;
  if (record.pairing == NetkitPairing::pair) {
    record.host_interface = attachment::host_interface_name(record.container_id, record.interface);
  }
  for (const auto& device : devices) record.devices.push_back({device, std::nullopt});
  if (call.conf.ipam_type) {
    record.ipam = *call.conf.ipam_type;
    record.ipam_conf = ipam_conf_to_keep(call.conf.text);
  }
  return record;
}

// The stages of an ADD. Whatever they did is undone if a later one fails.
class Stages {
 public:
  Stages(const Call& call, kernel::Namespace& pod, std::optional<kernel::Nic> nic, ChosenQueues chosen)
      : call_(call),
        claim_(std::move(chosen.claim)),
        nic_(std::move(nic)),
        attaching_(call.site(), pod, first_record(call, pod, chosen.devices), call.lease_timeout()) {}

  // `began`: when the ADD began.
  Result run(std::chrono::steady_clock::time_point began) {
    write_record();
    announce_leases();
    reserve_addresses();
    const auto addressing = addressing_of(result_, record().pairing);
    plan_steering();
    make_device();
    if (nic_) attaching_.lease(*nic_);
    attaching_.address(addressing);
    if (!plan_.empty()) attaching_.steer(*nic_, plan_);
    if (answers_for_neighbors()) attaching_.add_proxies(*nic_, addresses_of(call_, result_));
    if (nic_) attaching_.publish(*nic_);
    attaching_.keep(call_.machine().now() - began);
    return std::move(result_);
  }

 private:
  const Attachment& record() const { return attaching_.record(); }

  void write_record() {
    if (!attaching_.begin()) {
      throw Error(
          Code::invalid_environment,
          "container " + record().container_id + " is attached already, interface " + record().interface,
          "call DEL before another ADD of the same CNI_CONTAINERID and CNI_IFNAME");
    }
    claim_.reset();
  }

  // The daemon's guard lets go of the queues while the addresses are reserved and the netkit is made.
  void announce_leases() {
    if (!nic_) return;
    proto::TakeQuestion question{record().container_id, {}};
    for (const auto& device : record().devices) question.devices.push_back(device.id);
    call_.system.announce(proto::node_socket(call_.conf.state_directory), question);
  }

  void reserve_addresses() {
    const auto ipam = ipam_of(call_);
    if (!ipam) return;
    // An IPAM plugin may fail after it has reserved an address.
    attaching_.also_undo("release the addresses", [this, ipam] { release_addresses(*ipam); });
    try {
      // The record names the plugin already, so that after a kill DEL and GC release what it reserves.
      result_ = ipam->add(ipam_subject(record()), call_.site().store().mark_at_work(record()));
    } catch (const IpamRefusal& refusal) {
      refusal_ = refusal;
      throw;
    }
    refuse_narrow_ipv6(call_.conf.netkit, result_);
  }

  // A plugin that refuses to release with the words with which it refused to reserve, refuses its
  // configuration: it has not reserved anything. But what it says of a lock or a file may be the same too.
  void release_addresses(const Ipam& ipam) {
    try {
      ipam.del(ipam_subject(record()));
    } catch (const IpamRefusal& refusal) {
      const bool temporary = refusal.code() == static_cast<unsigned>(Code::try_again_later) ||
                             refusal.code() == static_cast<unsigned>(Code::io_failure);
      if (temporary || !refusal_ || !refusal.says_the_same(*refusal_)) throw;
    }
  }

  // The pod's addresses are known, and nothing is done to the NIC yet.
  void plan_steering() {
    if (!nic_) return;
    plan_proxies();
    if (flows_of(call_).empty()) return;
    plan_ = plan_for(call_, result_);
    attachment::require_spread(call_.machine(), *nic_, plan_, record().devices);
    attachment::unsteer_predecessors(call_.site(), record());
    attachment::refuse_taken_flows(call_.site(), *nic_, plan_);
  }

  void plan_proxies() {
    if (!answers_for_neighbors()) return;
    const auto addresses = addresses_of(call_, result_);
    refuse_foreign_addresses(call_, addresses, attachment::Part::proxy_neighbors);
    std::vector<kernel::IpAddress> gateways;
    for (const auto& ip : result_.ips) {
      if (ip.gateway) gateways.push_back(*ip.gateway);
    }
    attachment::require_proxies(call_.machine(), *nic_, addresses, gateways);
  }

  bool answers_for_neighbors() const { return nic_ && call_.conf.steering.proxy_neighbors; }

  void make_device() {
    const auto device = attaching_.make_netkit(call_.conf.netkit);
    if (device.host) describe_interface(*device.host, record().host_interface, "");
    describe_interface(device.pod, record().interface, record().netns);
    for (auto& ip : result_.ips) ip.interface = result_.interfaces.size() - 1;
  }

  void describe_interface(const kernel::Link& link, const std::string& name, const std::string& sandbox) {
    const auto mac = kernel::MacAddress::from_bytes(link.address.value_or(kernel::Bytes{}));
    const bool has_mac = mac && call_.conf.netkit.mode == kernel::NetkitMode::l2;
    result_.interfaces.push_back({.name = name,
                                  .mac = has_mac ? mac->to_string() : "",
                                  .mtu = link.mtu.value_or(0),
                                  .sandbox = sandbox});
  }

  const Call& call_;
  kernel::Fd claim_;  // on the queues, until the record names them
  std::optional<kernel::Nic> nic_;
  Result result_;
  std::optional<IpamRefusal> refusal_;  // of the addresses
  attachment::SteeringPlan plan_;
  attachment::Attaching attaching_;  // last: its undoing uses the others
};

// A pod that got its main link from a plugin such as ptp: the kernel drops what io_uring and devmem received
// before it reaches a veth's reader.
void warn_of_foreign_main_link(const Call& call, kernel::Namespace& pod) {
  const auto main = kernel::Links(pod.route()).getlink(call.environment.ifname);
  if (main && !main->netkit()) {
    call.machine().warn("the pod's main link " + call.environment.ifname +
                        " is no netkit: through the queues of a single beside it only AF_XDP receives");
  }
}

// Flows for a pod without queues. What the network has for all its pods is not meant for such a pod.
void refuse_flows(const Call& call) {
  if (!asks_for_flows(call)) return;
  throw Error(Code::invalid_config, "\"steering\": the pod has no queues that its flows could go to",
              "ask for a queue in the pod's resources.limits, or take its \"steering\" out");
}

void check_steering(const Call& call, const kernel::Nic& nic) {
  if (flows_of(call).empty()) return;
  if (!call.conf.ipam_type) plan_for(call, {});
  attachment::require_steering(call.machine(), nic);
}

}  // namespace

nlohmann::json cmd_add(const Call& call) {
  const auto began = call.machine().now();
  const auto& conf = call.conf;
  check_for_add(conf);
  auto chosen = choose_queues(call);
  if (chosen.devices.empty()) refuse_flows(call);
  if (chosen.devices.empty() && conf.prev_result) return *conf.prev_result;

  const auto pod = open_pod(call);
  std::optional<kernel::Nic> nic;
  if (!chosen.devices.empty()) {
    attachment::require_queue_create(call.machine().host());
    nic = attachment::require_nic(call.machine(), chosen.devices.front());
    check_steering(call, *nic);
  }
  refuse_taken_name(*pod, interface_of(call));
  Result result = Stages(call, *pod, std::move(nic), std::move(chosen)).run(began);
  if (!conf.dns.empty()) result.dns = conf.dns;
  if (!conf.prev_result) return to_json(result, conf.cni_version);
  warn_of_foreign_main_link(call, *pod);
  return append_interface(*conf.prev_result, {result.interfaces.back(), result.ips}, conf.cni_version).result;
}

}  // namespace rxlease::cni
