// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/check_driver.h"

#include "deviceplugin/nic/af_xdp_support.h"
#include "kernel/ethtool/rss_contexts.h"

namespace rxlease::deviceplugin::ctl {

namespace {

constexpr const char* ntuple = "rx-ntuple-filter";

std::string channels_of(const kernel::Ethtool& ethtool, std::uint32_t ifindex) {
  const auto channels = ethtool.channels_get(ifindex);
  if (!channels) return "channels that it does not report";
  return channels->kind() == std::string("rx") ? "rx and tx channels" : "combined channels";
}

std::string header_split_of(const kernel::Ethtool& ethtool, std::uint32_t ifindex) {
  const auto rings = ethtool.rings_get(ifindex);
  if (!rings || !rings->tcp_data_split) return "no header split that it reports";
  return rings->hds_thresh ? "header split with hds-thresh" : "header split without hds-thresh";
}

std::string contexts_of(kernel::Transport& generic, std::uint32_t ifindex) {
  const auto contexts = kernel::RssContexts::open(generic);
  if (contexts && contexts->are_supported(ifindex)) return "RSS contexts";
  return "no RSS contexts (a pod with several queues gets a flow rule for each)";
}

std::string rules_of(const kernel::Ethtool& ethtool, std::uint32_t ifindex) {
  const auto features = ethtool.features_get(ifindex);
  if (!features) return "no flow rules that it reports";
  if (features->hw.has(ntuple)) return "flow rules that ntuple switches";
  return features->active.has(ntuple) ? "flow rules, always on" : "no flow rules";
}

}  // namespace

void check_flow_rules(const PoolsNic& at, const kernel::Ethtool& ethtool, Findings& findings) {
  const auto& id = at.nic.details.nic;
  const auto features = ethtool.features_get(id.ifindex);
  if (features && features->active.has(ntuple)) {
    findings.ok(at.subject, "flow rules (ntuple) can bring a pod's flows to its queues");
  } else if (features && features->hw.has(ntuple)) {
    findings.warning(at.subject, "flow rules (ntuple) are off, so none brings a pod's flows to its queues",
                     "ethtool -K " + id.ifname + " ntuple on");
  } else {
    findings.warning(at.subject, "the driver has no flow rules (ntuple) to bring a pod's flows to its queues",
                     "see the driver's manual for another way");
  }
}

void check_driver(const PoolsNic& at, const HostKernel& host, const kernel::Ethtool& ethtool,
                  Findings& findings) {
  const auto ifindex = at.nic.details.nic.ifindex;
  const bool af_xdp = nic::has_zero_copy_af_xdp(host.generic, ifindex);
  findings.ok(at.subject, "its driver, " + at.nic.details.driver + ", has " + channels_of(ethtool, ifindex) +
                              ", " + header_split_of(ethtool, ifindex) + ", " +
                              contexts_of(host.generic, ifindex) + ", " + rules_of(ethtool, ifindex) +
                              ", and AF_XDP " + (af_xdp ? "without copies" : "with copies only"));
  if (at.pool.use == config::PoolUse::af_xdp && !af_xdp) {
    findings.missing(
        at.subject, "its driver has no AF_XDP without copies, which the pool is for",
        "if rx-gro-hw is on, see what is said once it is off; else use a NIC whose driver has it, such "
        "as mlx5 or gve, or make the pool's use memory-provider");
  }
}

}  // namespace rxlease::deviceplugin::ctl
