// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/genetlink.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <string>
#include <vector>

#include "kernel/error.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/netns.h"
#include "kernel/netlink/socket/genl.h"

namespace rxlease::tests {

// A kernel that makes netkits and leases queues, or refuses one of the two with an errno.
class ScriptedHost final : public kernel::Namespace, public kernel::Transport {
 public:
  static constexpr std::uint16_t netdev_family = 0x20;
  static constexpr std::uint32_t netkit = 12;  // its ifindex

  int newlink_error = 0;
  int queue_create_error = 0;
  bool has_queue_create = true;
  std::vector<std::string> steps;  // but questions

  kernel::Transport& route() override { return *this; }
  kernel::Transport& generic() override { return *this; }
  int fd() const override { return -1; }
  std::uint64_t cookie() override { return 1; }
  std::optional<std::string> sysctl(const std::string&) override { return std::nullopt; }
  void set_sysctl(const std::string&, const std::string&) override {}
  void ethtool(const std::string&, const std::string&, std::span<std::uint8_t>) override {}

  std::vector<kernel::Message> exchange(const kernel::Request& request) override {
    if (request.operation == "getlink") throw kernel::KernelError(request.operation, ENODEV);
    if (request.operation == "getfamily") return {family()};
    steps.push_back(request.operation);
    if (request.operation == "newlink") return newlink(request);
    if (request.operation == "queue-create") return queue_create(request);
    return {};
  }

 private:
  kernel::Message family() const {
    kernel::GenlFamily family;
    family.family_id = netdev_family;
    family.family_name = "netdev";
    if (has_queue_create) family.ops = {{static_cast<std::uint32_t>(kernel::NetdevOp::queue_create), 0}};
    return {GENL_ID_CTRL, encode(family)};
  }

  std::vector<kernel::Message> newlink(const kernel::Request& request) const {
    if (newlink_error != 0) throw kernel::KernelError(request.operation, newlink_error, "as scripted");
    auto link = kernel::decode<kernel::Link>(request.payload);
    link.ifinfo.ifi_index = netkit;
    return {{RTM_NEWLINK, encode(link)}};
  }

  std::vector<kernel::Message> queue_create(const kernel::Request& request) const {
    if (queue_create_error != 0)
      throw kernel::KernelError(request.operation, queue_create_error, "as scripted");
    kernel::Bytes payload(GENL_HDRLEN);
    const auto attributes = kernel::encode(kernel::QueueId{1});
    payload.insert(payload.end(), attributes.begin(), attributes.end());
    return {{netdev_family, payload}};
  }
};

}  // namespace rxlease::tests
