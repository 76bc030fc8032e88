// SPDX-License-Identifier: Apache-2.0
//
// Prints the receive queues of a network device as the kernel's netdev family lists them, a row for each run
// of queues that are alike:
//
//   $ demo_queues eth0
//   queue    leased by                      used by
//   rx0-rx6  -                              -
//   rx7      rx1 of ifindex 2, netns-id 0   -
//
// It looks in the network namespace that it runs in. A device that is down has no queues to show.

#include <linux/netlink.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "kernel/netlink/links.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/socket/netlink_socket.h"

namespace {

using namespace rxlease::kernel;

struct Row {
  std::uint32_t first, last;
  std::string leased_by, used_by;

  std::string queues() const {
    const auto name = "rx" + std::to_string(first);
    return first == last ? name : name + "-rx" + std::to_string(last);
  }
};

std::string leased_by(const Queue& queue) {
  if (!queue.lease) return "-";
  const auto& lease = *queue.lease;
  const auto where = lease.netns_id ? ", netns-id " + std::to_string(*lease.netns_id) : "";
  return "rx" + std::to_string(lease.queue.id) + " of ifindex " + std::to_string(lease.ifindex) + where;
}

std::string used_by(const Queue& queue) {
  if (queue.xsk) return "AF_XDP";
  if (queue.io_uring) return "io_uring";
  if (queue.dmabuf) return "devmem";
  return "-";
}

std::vector<Row> rows_of(const std::vector<Queue>& queues) {
  std::vector<Row> rows;
  for (const auto& queue : queues) {
    if (queue.type != QueueType::rx || !queue.id) continue;
    const Row row{*queue.id, *queue.id, leased_by(queue), used_by(queue)};
    const bool like_the_last = !rows.empty() && rows.back().last + 1 == row.first &&
                               rows.back().leased_by == row.leased_by && rows.back().used_by == row.used_by;
    if (like_the_last) {
      rows.back().last = row.first;
    } else {
      rows.push_back(row);
    }
  }
  return rows;
}

void print_queues(const std::string& ifname) {
  NetlinkSocket route(NETLINK_ROUTE);
  const auto link = Links(route).getlink(ifname);
  if (!link) throw KernelError("getlink " + ifname, ENODEV);
  NetlinkSocket generic(NETLINK_GENERIC);
  const auto netdev = Netdev::open(generic);
  if (!netdev) throw KernelError("getfamily netdev", ENOENT);

  constexpr const char* form = "%-9s%-31s%s\n";
  std::printf(form, "queue", "leased by", "used by");
  for (const auto& row : rows_of(netdev->queue_get_dump(link->ifindex()))) {
    std::printf(form, row.queues().c_str(), row.leased_by.c_str(), row.used_by.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: demo_queues DEVICE\n", stderr);
    return 2;
  }
  try {
    print_queues(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "demo_queues: %s\n", error.what());
    return 1;
  }
}
