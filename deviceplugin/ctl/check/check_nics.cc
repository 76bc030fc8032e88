// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/check/check_nics.h"

#include <algorithm>
#include <set>

#include "deviceplugin/ctl/check/check_driver.h"
#include "deviceplugin/pools/master_hint.h"
#include "deviceplugin/pools/selection.h"
#include "deviceplugin/prepare/plan/journal.h"
#include "kernel/boot_id.h"
#include "kernel/ethtool/ethtool.h"
#include "kernel/netlink/links.h"
#include "text/queue_ranges.h"

namespace rxlease::deviceplugin::ctl {

namespace {

using config::Pool;
using nic::NicState;

constexpr std::uint32_t safe_mtu = 1500;  // for AF_XDP buffers of 2048 bytes

// One NIC of one pool.
struct PooledNic {
  const Pool& pool;
  const NicState& nic;
  std::vector<std::uint32_t> queues;      // of the pool, ascending
  std::string channel_kind = "combined";  // see kernel::Channels

  const std::string& ifname() const { return nic.details.nic.ifname; }
  std::uint32_t ifindex() const { return nic.details.nic.ifindex; }
  std::string subject() const { return "pool " + pool.name + ", " + nic.details.nic.name; }
  std::string command_for_queues(std::uint64_t count) const {
    return "ethtool -L " + ifname() + " " + channel_kind + " " + std::to_string(count);
  }
};

void check_lease(const PooledNic& at, Findings& findings) {
  if (at.nic.cannot_lease.empty()) {
    findings.ok(at.subject(), at.ifname() + " (" + at.nic.details.driver + ") can lease queues");
  } else {
    findings.missing(
        at.subject(), at.ifname() + " cannot lease queues: " + at.nic.cannot_lease,
        "use a NIC whose driver has queue management operations, such as mlx5, bnxt, gve or fbnic");
  }
}

void check_link(const PooledNic& at, Findings& findings) {
  if (!at.nic.up) {
    findings.missing(at.subject(), "the link of " + at.ifname() + " is down",
                     "ip link set " + at.ifname() + " up");
  } else if (!at.nic.carrier) {
    findings.missing(at.subject(), "the link of " + at.ifname() + " has no carrier",
                     "check cable and switch");
  } else {
    findings.ok(at.subject(), "the link of " + at.ifname() + " is up");
  }
}

// The kernel lets a NIC have an XDP program or memory providers, not both.
void check_xdp(const PooledNic& at, const kernel::Link& link, Findings& findings) {
  if (at.pool.use == config::PoolUse::af_xdp) {
    if (link.has_xdp_program()) {
      findings.ok(at.subject(), at.ifname() + " has an XDP program, which AF_XDP needs");
    } else {
      findings.warning(at.subject(), at.ifname() + " has no XDP program, which AF_XDP needs",
                       "start the daemon, which attaches one: rxlease-device-plugin");
    }
  } else if (link.has_xdp_program()) {
    findings.missing(
        at.subject(), at.ifname() + " has an XDP program, so io_uring and devmem will fail",
        "ip link set " + at.ifname() +
            " xdp off; if that says that the device is busy, find the program's link by bpftool link "
            "list, and take it off by bpftool link detach id ID");
  } else {
    findings.ok(at.subject(), at.ifname() + " has no XDP program, which would keep off io_uring and devmem");
  }
}

// An AF_XDP buffer holds a whole packet, header and headroom included.
void check_mtu(const PooledNic& at, std::uint32_t mtu, Findings& findings) {
  if (at.pool.use != config::PoolUse::af_xdp) return;
  const auto what = "the MTU of " + at.ifname() + " is " + std::to_string(mtu);
  if (mtu > safe_mtu) {
    findings.warning(at.subject(), what + ", so a packet may not fit into an AF_XDP buffer",
                     "ip link set " + at.ifname() + " mtu " + std::to_string(safe_mtu) +
                         ", or use larger buffers in pods");
  } else {
    findings.ok(at.subject(), what + ": every packet fits into an AF_XDP buffer");
  }
}

void check_link_settings(const PooledNic& at, kernel::Transport& route, Findings& findings) {
  const auto link = kernel::Links(route).getlink(at.ifindex());
  if (!link) return;  // unplugged since the snapshot
  check_xdp(at, *link, findings);
  if (link->mtu) check_mtu(at, *link->mtu, findings);
}

void check_queues(const PooledNic& at, Findings& findings) {
  const auto have = at.nic.details.rx_queues;
  const auto ids = text::ids_to_string(at.queues);
  const auto of = at.ifname() + " has " + std::to_string(have) + " receive queues";
  if (at.queues.empty()) {
    findings.missing(at.subject(), of + ", which leaves none for the pool: queue 0 stays with the host",
                     at.command_for_queues(at.pool.queues.count + 1));
  } else if (at.queues.back() >= have) {
    findings.missing(at.subject(), of + ", and the pool wants " + ids,
                     at.command_for_queues(at.queues.back() + 1) + ", or choose other queues for the pool");
  } else if (at.queues.size() < at.pool.queues.count) {
    findings.warning(at.subject(),
                     of + ", so the pool gets " + std::to_string(at.queues.size()) + " instead of " +
                         std::to_string(at.pool.queues.count),
                     at.command_for_queues(at.pool.queues.count + 1) + ", or a smaller count");
  } else {
    findings.ok(at.subject(), of + ", of which " + ids + " are the pool's");
  }
}

// Only pods use a pool's queues, and these by leases. The host's own queues are its programs' to bind.
void check_bindings(const PooledNic& at, Findings& findings) {
  for (const auto id : at.queues) {
    const auto* queue = nic::find_queue(at.nic, id);
    if (queue == nullptr || queue->lease) continue;
    const auto which = "queue " + std::to_string(id) + " of " + at.ifname();
    if (queue->af_xdp) {
      findings.missing(
          at.subject(), which + " is bound to AF_XDP without a lease, so no pod gets it",
          "end the host's program that has it: `ss --xdp` lists them; if it lists none, no program has "
          "the queue any more, and the node may panic: drain and reboot it");
    } else if (queue->memory_provider) {
      findings.missing(at.subject(),
                       which + " is bound to io_uring or devmem without a lease, so no pod gets it",
                       "end the host's program that has it, or leave the queue out of the pool");
    }
  }
}

void check_channels(const PooledNic& at, const kernel::Ethtool& ethtool, Findings& findings) {
  const auto channels = ethtool.channels_get(at.ifindex());
  if (!channels) {
    findings.warning(at.subject(), "the driver does not report its channels", "see the driver's manual");
    return;
  }
  const auto count = channels->rx_queues();
  const auto what =
      std::to_string(count) + " channels receive, of at most " + std::to_string(channels->rx_queues_max());
  if (at.pool.channels && *at.pool.channels != count) {
    findings.missing(at.subject(), what + ", and the pool wants " + std::to_string(*at.pool.channels),
                     at.command_for_queues(*at.pool.channels) +
                         " while no queue is leased, after rxleasectl guard release " + at.ifname() +
                         ", or let the daemon do it: rxlease-device-plugin");
  } else {
    findings.ok(at.subject(), what);
  }
}

void check_header_split(const PooledNic& at, const kernel::Ethtool& ethtool, Findings& findings) {
  if (!at.pool.header_split) return;
  const auto rings = ethtool.rings_get(at.ifindex());
  const std::string threshold =
      rings && rings->hds_thresh ? " hds-thresh 0" : "";  // not every driver has one
  const std::string otherwise =
      " (not with ethtool 6.1 or older), or let the daemon do it: rxlease-device-plugin; or headerSplit: "
      "false for a "
      "pool of AF_XDP only";
  if (!rings ||
      rings->tcp_data_split.value_or(kernel::TcpDataSplit::unknown) == kernel::TcpDataSplit::unknown) {
    findings.warning(at.subject(), "the driver does not report whether it splits headers from data",
                     "io_uring and devmem need that: try one in a pod");
  } else if (*rings->tcp_data_split == kernel::TcpDataSplit::disabled) {
    findings.missing(at.subject(), "header split (tcp-data-split) is off, so io_uring and devmem will fail",
                     "ethtool -G " + at.ifname() + " tcp-data-split on" + threshold + otherwise);
  } else if (rings->hds_thresh.value_or(0) != 0) {
    findings.missing(at.subject(),
                     "headers are split from " + std::to_string(*rings->hds_thresh) +
                         " bytes on (hds-thresh), so io_uring and devmem will fail",
                     "ethtool -G " + at.ifname() + " hds-thresh 0" + otherwise);
  } else {
    findings.ok(at.subject(), "header split is on for packets of every size");
  }
}

void check_rss(const PooledNic& at, const kernel::Ethtool& ethtool, Findings& findings) {
  if (at.pool.rss == config::Rss::keep) {
    findings.ok(at.subject(), "RSS is left as it is (rss: keep)");
    return;
  }
  const auto rss = ethtool.rss_get(at.ifindex());
  if (!rss || !rss->indir) {
    findings.warning(at.subject(), "the driver does not report how RSS spreads flows",
                     "other flows may reach the pool's queues: see the driver's manual, or set rss: keep");
    return;
  }
  std::set<std::uint32_t> named;
  for (const auto queue : rss->queues()) {
    if (std::ranges::binary_search(at.queues, queue)) named.insert(queue);
  }
  if (named.empty()) {
    findings.ok(at.subject(), "RSS spreads flows over none of the pool's queues");
  } else {
    const auto ids = text::ids_to_string({named.begin(), named.end()});
    findings.missing(at.subject(), "RSS spreads others' flows over " + ids + " of the pool's queues",
                     "ethtool -X " + at.ifname() + " equal " + std::to_string(at.queues.front()) +
                         ", or let the daemon do it: rxlease-device-plugin; or set rss: keep");
  }
}

// What the daemon has made of NICs, pools' or not.
void check_journals(const config::Config& config, Findings& findings) {
  const prepare::NicJournals journals(prepare::journals_directory(config.persistent_directory));
  const auto listing = journals.list();
  for (const auto& nic : listing.unreadable) {
    findings.missing("NIC " + nic, journals.path_of(nic) + " does not say which settings of it were changed",
                     "repair that file, or remove it; then the NIC cannot be reset");
  }
  for (const auto& [nic, journal] : listing.journals) {
    if (journal.instance.boot_id != kernel::boot_id()) continue;
    if (journal.is_unfinished()) {
      findings.warning("NIC " + nic, "its preparation or reset was interrupted",
                       "start rxlease-device-plugin, or run rxlease-device-plugin --restore");
    } else if (journal.original != journal.set) {
      findings.ok("NIC " + nic,
                  "it was prepared by the daemon: " + describe_change(journal.original, journal.set));
    }
  }
}

// A pool's queues on a NIC, by the choice that holds for it.
std::vector<std::uint32_t> queues_of(const std::string& pool, const std::string& nic,
                                     const pools::Snapshot& snapshot) {
  std::vector<std::uint32_t> queues;
  for (const auto& state : snapshot.pools) {
    if (state.name != pool) continue;
    for (const auto& device : state.devices) {
      if (device.id.nic == nic) queues.push_back(device.id.queue);
    }
  }
  return queues;
}

void check_nic(PooledNic at, const HostKernel& host, Findings& findings) {
  const auto ethtool = kernel::Ethtool::open(host.generic);
  findings.step(at.subject(), [&] {
    const auto channels = ethtool ? ethtool->channels_get(at.ifindex()) : std::nullopt;
    if (channels) at.channel_kind = channels->kind();
  });
  if (host.can_lease) check_lease(at, findings);
  check_link(at, findings);
  findings.step(at.subject(), [&] { check_link_settings(at, host.route, findings); });
  check_queues(at, findings);
  check_bindings(at, findings);
  if (!ethtool) {
    findings.warning(at.subject(), "this kernel has no ethtool over netlink", "use CONFIG_ETHTOOL_NETLINK");
    return;
  }
  findings.step(at.subject(), [&] { check_channels(at, *ethtool, findings); });
  findings.step(at.subject(), [&] { check_header_split(at, *ethtool, findings); });
  findings.step(at.subject(), [&] { check_flow_rules({at.pool, at.nic, at.subject()}, *ethtool, findings); });
  findings.step(at.subject(), [&] { check_rss(at, *ethtool, findings); });
  findings.step(at.subject(), [&] {
    check_driver({at.pool, at.nic, at.subject()}, host, *ethtool, findings);
  });
}

void check_masters(const Pool& pool, const pools::Snapshot& snapshot, const HostKernel& host,
                   Findings& findings) {
  if (!pools::may_name_master(pool.selectors, snapshot.nics)) return;
  const auto subject = "pool " + pool.name;
  for (const auto& hint : pools::master_hints(pool.selectors, snapshot.nics, nic::list_masters(host.route))) {
    findings.missing(subject, hint.what, hint.remedy);
  }
}

}  // namespace

void check_nics(const config::Config& config, const pools::Snapshot& snapshot, const HostKernel& host,
                Findings& findings) {
  for (const auto& pool : config.pools) {
    bool any = false;
    for (const auto& nic : snapshot.nics) {
      if (!pools::selects(pool.selectors, nic.details)) continue;
      any = true;
      check_nic({pool, nic, queues_of(pool.name, nic.details.nic.name, snapshot)}, host, findings);
    }
    findings.step("pool " + pool.name, [&] { check_masters(pool, snapshot, host, findings); });
    if (!any) {
      findings.missing("pool " + pool.name, "no NIC of this node matches its selectors",
                       "compare them with `rxleasectl show nics`");
    }
  }
  findings.step("prepared NICs", [&] { check_journals(config, findings); });
}

}  // namespace rxlease::deviceplugin::ctl
