// SPDX-License-Identifier: Apache-2.0
#include "attachment/lease_file.h"
#include "attachment/addressing.h"
#include "cni/attachments.h"
#include "cni/conf/error.h"
#include "attachment/leasing.h"
#include "attachment/netkit.h"
#include "cni/plugin.h"
#include "cni/pod_queues.h"
#include "attachment/rollback.h"
#include "attachment/steer.h"
#include "attachment/steering_plan.h"
#include "kernel/mac.h"

namespace rxlease::cni {

namespace {

using kernel::NetkitPairing;

std::unique_ptr<kernel::Namespace> open_pod(const Call& call) {
  const auto& path = call.environment.netns;
  auto pod = call.system.open_netns(path);
  if (!pod) {
    throw Error(Code::unknown_container, "CNI_NETNS: \"" + path + "\" is no network namespace",
                "pass the path of the container's namespace, e.g. /run/netns/NAME");
  }
  if (pod->cookie() == call.system.host().cookie()) {
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

// The kernel has no IPv6 on a link that is narrower than any IPv6 link may be.
void refuse_narrow_ipv6(const NetConf& conf, const Result& result) {
  constexpr std::uint32_t least = 1280;  // RFC 8200
  if (conf.mtu == 0 || conf.mtu >= least) return;
  for (const auto& ip : result.ips) {
    if (ip.address.address.is_v4()) continue;
    throw Error(Code::invalid_config,
                "\"mtu\": " + std::to_string(conf.mtu) + " is too small for IPv6: " + ip.address.to_string(),
                "use 1280 at least, or have the IPAM plugin give IPv4 addresses only");
  }
}

attachment::Attachment first_record(const Call& call, kernel::Namespace& pod) {
  const auto& environment = call.environment;
  attachment::Attachment record;
  record.network = call.conf.name;
  record.container_id = environment.container_id;
  record.ifname = environment.ifname;
  record.interface = interface_of(call);
  record.netns = environment.netns;
  record.netns_cookie = pod.cookie();
  record.pod_namespace = environment.pod.pod_namespace;
  record.pod_name = environment.pod.name;
  record.pod_uid = environment.pod.uid;
  record.pairing = call.conf.pairing;
  if (record.pairing == NetkitPairing::pair) {
    record.host_interface = host_interface_name(record.container_id, record.interface);
  }
  for (const auto& device : call.conf.devices) record.devices.push_back({device, std::nullopt});
  record.ipam = call.conf.ipam_type.value_or("");
  return record;
}

void write_lease_files(const Call& call, const kernel::Nic& nic, const attachment::Attachment& record) {
  const bool single = record.pairing == NetkitPairing::single;
  for (const auto& device : record.devices) {
    attachment::write_lease_file(call.conf.state_directory, {.device = device.id.to_string(),
                                                             .interface = record.interface,
                                                             .queue = device.queue.value_or(0),
                                                             .physical_device = nic.ifname,
                                                             .physical_queue = device.id.queue,
                                                             .mode = single ? "single" : "pair",
                                                             .container_id = record.container_id});
  }
}

// The stages of an ADD, each undone by a later one's failure.
class Attaching {
 public:
  Attaching(const Call& call, kernel::Namespace& pod, std::optional<kernel::Nic> nic, kernel::Fd claim)
      : claim_(std::move(claim)),
        call_(call),
        pod_(pod),
        nic_(std::move(nic)),
        store_(call.conf.state_directory),
        record_(first_record(call, pod)),
        rollback_(call.system) {}

  Result run() {
    write_record();
    reserve_addresses();
    plan_flows();
    make_device();
    if (nic_) lease();
    if (device_.host) address();
    if (!flows_.empty()) steer_flows();
    rollback_.keep();
    return std::move(result_);
  }

 private:
  void write_record() {
    if (!store_.create(record_)) {
      throw Error(
          Code::invalid_environment,
          "container " + record_.container_id + " is attached already, interface " + record_.interface,
          "call DEL before another ADD of the same CNI_CONTAINERID and CNI_IFNAME");
    }
    rollback_.add("remove the record", [this] { store_.remove(record_); });
    claim_.reset();
  }

  void reserve_addresses() {
    const auto ipam = ipam_of(call_);
    if (!ipam) return;
    // An IPAM plugin that fails may have reserved something all the same.
    rollback_.add("release the addresses", [this, ipam] { ipam->del(ipam_subject(record_)); });
    // The record has named the plugin from the start.
    result_ = ipam->add(ipam_subject(record_), store_.mark_at_work(record_));
    refuse_narrow_ipv6(call_.conf, result_);
  }

  // The pod's addresses are known, and nothing is done to the NIC yet.
  void plan_flows() {
    if (!nic_ || flows_of(call_).empty()) return;
    flows_ = plan_steering(flows_of(call_), addresses_of(call_, result_));
    refuse_taken_flows(call_, *nic_, flows_);
  }

  void make_device() {
    rollback_.add("delete the netkit", [this] { delete_netkit(call_, record_); });
    device_ = make_netkit(call_.conf, call_.system.host(), pod_, record_.host_interface, record_.interface,
                          record_.devices.size());
    if (device_.host) record_.host_ifindex = device_.host->ifindex();
    record_.interface_ifindex = device_.pod.ifindex();
    store_.update(record_);
    describe_interfaces();
  }

  void lease() {
    lease_queues(call_.system, call_.conf, *nic_, pod_, record_.interface_ifindex, record_);
    store_.update(record_);
    rollback_.add("remove the lease files", [this] {
      for (const auto& device : record_.devices) {
        attachment::remove_lease_file(call_.conf.state_directory, device.id, record_.container_id);
      }
    });
    write_lease_files(call_, *nic_, record_);
  }

  void address() {
    const End pod{pod_, record_.interface, record_.interface_ifindex};
    const End host{call_.system.host(), record_.host_interface, record_.host_ifindex};
    apply(plan_addressing(result_), pod, host);
  }

  void steer_flows() {
    rollback_.add("remove the flow rules", [this] { unsteer(call_, record_); });
    steer(call_, *nic_, flows_, record_);
  }

  void describe_interfaces() {
    const auto describe = [&](const kernel::Link& link, const std::string& name, const std::string& sandbox) {
      const auto mac = kernel::MacAddress::from_bytes(link.address.value_or(kernel::Bytes{}));
      const bool has_mac = mac && call_.conf.mode == kernel::NetkitMode::l2;
      result_.interfaces.push_back({name, has_mac ? mac->to_string() : "", link.mtu.value_or(0), sandbox});
    };
    if (device_.host) describe(*device_.host, record_.host_interface, "");
    describe(device_.pod, record_.interface, record_.netns);
    for (auto& ip : result_.ips) ip.interface = result_.interfaces.size() - 1;
  }

  kernel::Fd claim_;  // on the queues, until the record names them
  const Call& call_;
  kernel::Namespace& pod_;
  std::optional<kernel::Nic> nic_;
  attachment::AttachmentStore store_;
  attachment::Attachment record_;
  NetkitDevice device_;
  Result result_;
  std::vector<kernel::FlowMatch> flows_;
  Rollback rollback_;  // last: its steps use all of the above
};

// A pod that got its main link from a plugin such as ptp: the kernel drops what io_uring and devmem received
// before it reaches a veth's reader.
void warn_of_foreign_main_link(const Call& call, kernel::Namespace& pod) {
  const auto main = kernel::Links(pod.route()).getlink(call.environment.ifname);
  if (main && !main->netkit()) {
    call.system.warn("the pod's main link " + call.environment.ifname +
                     " is no netkit: through the queues of a single beside it only AF_XDP receives");
  }
}

// Flows for a pod without queues. What the network says for all its pods is not meant for one that has none.
void refuse_flows(const Call& call) {
  if (!asks_for_flows(call)) return;
  throw Error(Code::invalid_config, "\"steering\": the pod has no queues that its flows could go to",
              "ask for a queue in the pod's resources.limits, or take its \"steering\" out");
}

void check_steering(const Call& call, const kernel::Nic& nic) {
  if (flows_of(call).empty()) return;
  if (!call.conf.ipam_type) plan_steering(flows_of(call), addresses_of(call, {}));
  require_steering(call.system, nic, call.conf.devices.size());
}

}  // namespace

nlohmann::json cmd_add(const Call& call) {
  check_for_add(call.conf);
  auto queues = choose_queues(call);
  if (queues.devices.empty()) refuse_flows(call);
  if (queues.devices.empty() && call.conf.prev_result) return *call.conf.prev_result;

  NetConf conf = call.conf;
  conf.devices = std::move(queues.devices);
  const Call chosen{call.system, call.environment, conf};
  const auto pod = open_pod(chosen);
  std::optional<kernel::Nic> nic;
  if (!conf.devices.empty()) {
    require_queue_create(call.system.host());
    nic = require_nic(call.system, conf.devices);
    check_steering(chosen, *nic);
  }
  refuse_taken_name(*pod, interface_of(chosen));
  Result result = Attaching(chosen, *pod, nic, std::move(queues.claim)).run();
  if (!conf.dns.empty()) result.dns = conf.dns;
  if (!conf.prev_result) return to_json(result, conf.cni_version);
  warn_of_foreign_main_link(chosen, *pod);
  return append_interface(*conf.prev_result, result.interfaces.back(), conf.cni_version).result;
}

}  // namespace rxlease::cni
