// SPDX-License-Identifier: Apache-2.0
#include "attachment/attaching.h"

#include <algorithm>
#include <cerrno>

#include "attachment/addressing/ends.h"
#include "attachment/nic/predecessor.h"
#include "attachment/nic/proxy.h"
#include "attachment/nic/steer.h"
#include "attachment/nic/unsteer.h"
#include "attachment/record/error.h"
#include "attachment/undo.h"
#include "kernel/error.h"
#include "kernel/mac.h"

namespace rxlease::attachment {

namespace {

// "net.ipv4.ip_forward=1", as sysctl(8) takes it.
std::string assignment(const kernel::SysctlError& error) {
  auto name = error.name();
  std::ranges::replace(name, '/', '.');
  return name + "=" + error.value();
}

[[noreturn]] void explain(const kernel::SysctlError& error) {
  const bool of_ipv6 = error.name().starts_with("net/ipv6/");
  const bool of_node = error.name().find("/conf/") == std::string::npos ||
                       error.name().find("/conf/all/") != std::string::npos;
  if (of_ipv6 && error.error() == ENOENT) {
    throw Error(Fault::unsupported, Part::netkit,
                std::string(error.what()) + ": this kernel has IPv6 switched off",
                "have the IPAM plugin give IPv4 addresses only, or boot without ipv6.disable=1");
  }
  throw Error(Fault::kernel, Part::netkit, error.what(),
              "let the container runtime call its plugins where /proc/sys can be written" +
                  (of_node ? ", or set it on the node before: `sysctl -w " + assignment(error) + "`" : ""));
}

std::optional<kernel::MacAddress> mac_of(const kernel::Link& link) {
  return kernel::MacAddress::from_bytes(link.address.value_or(kernel::Bytes{}));
}

}  // namespace

Attaching::Attaching(const Site& site, kernel::Namespace& pod, Attachment record, LeaseTimeout timeout)
    : site_(site),
      pod_(pod),
      record_(std::move(record)),
      timeout_(std::move(timeout)),
      store_(site.store()),
      rollback_(site.machine) {}

bool Attaching::begin() {
  if (!store_.create(record_)) return false;
  rollback_.add("remove the record", [this] { store_.remove(record_); });
  return true;
}

// Without ifindexes, so that whoever undoes it after a kill finds by its names what was made.
void Attaching::begin_again() {
  record_.host_ifindex = record_.interface_ifindex = 0;
  record_.steering.reset();
  record_.proxies.reset();
  for (auto& device : record_.devices) device.queue.reset();
  const auto without = record_;
  ++record_.generation;
  record_.unfinished = true;
  store_.update(record_);
  rollback_.add("bring its record back", [this, without] { store_.update(without); });
}

NetkitDevice Attaching::make_netkit(const NetkitSpec& spec) {
  rollback_.add("delete the netkit", [this] { delete_netkit(site_.machine, record_, timeout_); });
  auto device = attachment::make_netkit(spec, record_, site_.machine.host(), pod_);
  if (device.host) record_.host_ifindex = device.host->ifindex();
  record_.interface_ifindex = device.pod.ifindex();
  blueprint_.netkit = spec;
  if (spec.mode == kernel::NetkitMode::l2) {
    blueprint_.netkit.mac = mac_of(device.pod);
    if (device.host) blueprint_.netkit.host_mac = mac_of(*device.host);
  }
  store_.update(record_);
  return device;
}

void Attaching::lease(const kernel::Nic& nic) {
  lease_queues(site_, pod_, {nic, timeout_}, record_);
  store_.update(record_);
}

void Attaching::address(const Addressing& addressing) {
  blueprint_.addressing = addressing;
  const End pod{pod_, record_.interface, record_.interface_ifindex};
  try {
    if (record_.pairing == kernel::NetkitPairing::single) return apply_to_single(addressing, pod);
    apply(addressing, pod, {site_.machine.host(), record_.host_interface, record_.host_ifindex},
          [this](std::uint32_t ifindex) { return is_of_predecessor(store_, record_, ifindex); });
  } catch (const kernel::SysctlError& error) {
    explain(error);
  }
}

void Attaching::steer(const kernel::Nic& nic, const SteeringPlan& plan) {
  blueprint_.flows = plan;
  rollback_.add("remove the flow rules", [this] { unsteer(site_, record_); });
  attachment::steer(site_, nic, plan, record_);
}

void Attaching::publish(const kernel::Nic& nic) {
  rollback_.add("remove the lease files", [this] { remove_lease_files(site_, record_); });
  write_lease_files(site_, nic, record_);
}

void Attaching::add_proxies(const kernel::Nic& nic, const std::vector<kernel::IpAddress>& addresses) {
  blueprint_.proxied = addresses;
  rollback_.add("remove the proxy entries", [this] { remove_proxies(site_, record_); });
  try {
    attachment::add_proxies(site_, nic, addresses, record_);
  } catch (const kernel::SysctlError& error) {
    explain(error);
  }
}

void Attaching::keep(std::chrono::steady_clock::duration add_duration) {
  rollback_.keep();
  record_.add_duration = std::chrono::duration_cast<std::chrono::microseconds>(add_duration);
  record_.blueprint = blueprint_;
  try {
    store_.update(record_);
  } catch (const kernel::KernelError& error) {
    site_.machine.warn(
        "how this attachment was made, and how long that took, cannot be recorded, so the daemon cannot heal "
        "it, and its metrics lack the ADD: " +
        std::string(error.what()));
  }
}

void Attaching::keep_again() {
  record_.blueprint = blueprint_;
  record_.unfinished = false;
  record_.trouble.clear();
  store_.update(record_);
  rollback_.keep();
}

}  // namespace rxlease::attachment
