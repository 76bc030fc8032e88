// SPDX-License-Identifier: Apache-2.0
#include "tests/scripted/fake_machine.h"

#include <linux/genetlink.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cerrno>

#include "kernel/error.h"
#include "kernel/netlink/neighbors.h"
#include "kernel/netlink/netdev.h"
#include "kernel/netlink/socket/genl.h"

namespace rxlease::tests {

namespace {

using kernel::Bytes;
using kernel::KernelError;
using kernel::Link;
using kernel::Message;
using kernel::Request;

constexpr std::uint16_t netdev_family = 0x20;

// A namespace that is opened twice is one and the same.
class Shared final : public kernel::Namespace {
 public:
  explicit Shared(kernel::Namespace& netns) : netns_(netns) {}
  kernel::Transport& route() override { return netns_.route(); }
  kernel::Transport& generic() override { return netns_.generic(); }
  int fd() const override { return netns_.fd(); }
  std::uint64_t cookie() override { return netns_.cookie(); }
  std::optional<std::string> sysctl(const std::string& name) override { return netns_.sysctl(name); }
  void set_sysctl(const std::string& name, const std::string& value) override {
    netns_.set_sysctl(name, value);
  }
  void ethtool(const std::string& operation, const std::string& ifname,
               std::span<std::uint8_t> command) override {
    netns_.ethtool(operation, ifname, command);
  }

 private:
  kernel::Namespace& netns_;
};

Message netdev_family_message() {
  kernel::GenlFamily family;
  family.family_id = netdev_family;
  family.family_name = "netdev";
  family.version = 1;
  family.ops = {{static_cast<std::uint32_t>(kernel::NetdevOp::queue_get), 0},
                {static_cast<std::uint32_t>(kernel::NetdevOp::queue_create), 0}};
  return {GENL_ID_CTRL, encode(family)};
}

Message queue_message(std::uint32_t ifindex, std::uint32_t id, bool bound) {
  kernel::Queue queue;
  queue.id = id;
  queue.ifindex = ifindex;
  if (bound) queue.xsk = Bytes{};
  Bytes payload(GENL_HDRLEN);
  const auto attributes = kernel::encode(queue);
  payload.insert(payload.end(), attributes.begin(), attributes.end());
  return {netdev_family, payload};
}

Message lease_message(kernel::Queue queue, const kernel::Lease& lease) {
  queue.lease = lease;
  Bytes payload(GENL_HDRLEN);
  const auto attributes = kernel::encode(queue);
  payload.insert(payload.end(), attributes.begin(), attributes.end());
  return {netdev_family, payload};
}

// rtgenmsg, padded, and NETNSA_NSID: the host is namespace 0 of the pod.
Message nsid_message() {
  return {RTM_NEWNSID, {0, 0, 0, 0, 8, 0, 1, 0, 0, 0, 0, 0}};
}

}  // namespace

void Journal::step(const std::string& what) {
  if (on_step) on_step(what);
  steps_.push_back(what);
  if (failing_ && failing_->first == steps_.size() - 1)
    throw KernelError(what, failing_->second, "as scripted");
}

std::vector<Message> FakeNamespace::FakeTransport::exchange(const Request& request) {
  netns_.journal_.step(netns_.name_ + " " + request.operation);
  return (netns_.*handler_)(request);
}

std::optional<std::string> FakeNamespace::sysctl(const std::string& name) {
  const auto found = sysctls.find(name);
  return found == sysctls.end() ? std::nullopt : std::optional(found->second);
}

void FakeNamespace::set_sysctl(const std::string& name, const std::string& value) {
  try {
    journal_.step(name_ + " sysctl " + name);
  } catch (const KernelError& error) {
    throw kernel::SysctlError(name, value, error.error());
  }
  sysctls[name] = value;
}

void FakeNamespace::ethtool(const std::string& operation, const std::string&,
                            std::span<std::uint8_t> command) {
  journal_.step(name_ + " " + operation);
  nic.ethtool(operation, command);
}

std::vector<Message> FakeNamespace::on_route(const Request& request) {
  switch (request.type) {
    case RTM_GETLINK:
      return get_link(kernel::decode<Link>(request.payload));
    case RTM_NEWLINK:
      return new_link(kernel::decode<Link>(request.payload));
    case RTM_DELLINK:
      delete_link(kernel::decode<Link>(request.payload).ifindex());
      return {};
    case RTM_GETROUTE:
      return get_routes();
    case RTM_GETADDR:
      return get_addresses(request);
    case RTM_GETNEIGH:
      return get_neighbors();
    case RTM_NEWNEIGH:
    case RTM_DELNEIGH:
      change_neighbor(request);
      return {};
    case RTM_GETNSID:
      return {nsid_message()};
    default:
      return {};
  }
}

std::vector<Message> FakeNamespace::on_generic(const Request& request) {
  if (request.type == GENL_ID_CTRL) {
    const auto asked = kernel::decode<kernel::GenlFamily>(request.payload).family_name;
    return {asked == "ethtool" ? FakeNic::family_message() : netdev_family_message()};
  }
  if (request.type == FakeNic::family) return nic.exchange(request);
  if (request.operation == "queue-get" && (request.flags & NLM_F_DUMP) != 0)
    return get_queues(kernel::decode_genl<kernel::Queue>({netdev_family, request.payload}).ifindex);
  if (request.operation == "queue-get") {
    auto query = kernel::decode_genl<kernel::Queue>({netdev_family, request.payload});
    if (bound > 0) query.xsk = Bytes{};
    if (bound > 0) --bound;
    const auto shown = shown_leases.find(query.id.value_or(0));
    if (shown != shown_leases.end()) return {lease_message(query, shown->second)};
  }
  if (request.operation != "queue-create")
    throw KernelError(request.operation, ENOENT);  // as of a NIC that is down
  if (!lease_answers.empty()) {
    const int answer = lease_answers.front();
    lease_answers.erase(lease_answers.begin());
    throw KernelError(request.operation, answer, "as scripted");
  }
  Bytes payload(GENL_HDRLEN);
  kernel::QueueId id{++leases};
  const auto attributes = kernel::encode(id);
  payload.insert(payload.end(), attributes.begin(), attributes.end());
  return {{netdev_family, payload}};
}

// Of a netkit: its own queue, and those that it leases. A NIC of this kernel's is down, and lists none.
std::vector<Message> FakeNamespace::get_queues(std::uint32_t ifindex) {
  std::vector<Message> queues;
  if (!lists_queues || std::none_of(links.begin(), links.end(),
                                    [&](const auto& link) { return link.second.ifindex() == ifindex; }))
    return queues;
  for (std::uint32_t id = 0; id <= leases; ++id)
    queues.push_back(queue_message(ifindex, id, id == 1 && bound > 0));
  if (bound > 0) --bound;
  return queues;
}

Link* FakeNamespace::find(const Link& query) {
  for (auto& [name, link] : links) {
    if (query.ifname ? name == *query.ifname : link.ifindex() == query.ifindex()) return &link;
  }
  return nullptr;
}

std::vector<Message> FakeNamespace::get_link(const Link& query) {
  const Link* link = find(query);
  if (link == nullptr) throw KernelError("getlink", ENODEV);
  return {{RTM_NEWLINK, encode(*link)}};
}

std::vector<Message> FakeNamespace::get_routes() const {
  std::vector<Message> messages;
  for (const auto& route : routes) messages.push_back({RTM_NEWROUTE, encode(route)});
  return messages;
}

std::vector<Message> FakeNamespace::get_addresses(const Request& request) const {
  const auto asked = kernel::decode<kernel::AddrAttrs>(request.payload).ifaddr.ifa_index;
  std::vector<Message> messages;
  for (const auto& address : addresses) {
    if (asked == 0 || asked == address.ifaddr.ifa_index) messages.push_back({RTM_NEWADDR, encode(address)});
  }
  return messages;
}

std::vector<Message> FakeNamespace::get_neighbors() const {
  std::vector<Message> messages;
  for (const auto& [ifindex, address] : proxies) {
    kernel::NeighAttrs entry;
    entry.neigh.ndm_ifindex = ifindex;
    entry.neigh.ndm_family = address.family();
    entry.neigh.ndm_flags = NTF_PROXY;
    entry.dst = address.bytes();
    messages.push_back({RTM_NEWNEIGH, encode(entry)});
  }
  return messages;
}

void FakeNamespace::change_neighbor(const Request& request) {
  const auto entry = kernel::decode<kernel::NeighAttrs>(request.payload);
  if (entry.neigh.ndm_flags != NTF_PROXY) throw KernelError(request.operation, EINVAL);
  const std::pair place{entry.neigh.ndm_ifindex, kernel::IpAddress::from_bytes(entry.dst).value()};
  if (request.type == RTM_NEWNEIGH) {
    proxies.insert(place);
  } else if (proxies.erase(place) == 0) {
    throw KernelError(request.operation, ENOENT);
  }
}

std::uint32_t FakeNamespace::insert(Link link) {
  link.ifinfo.ifi_index = static_cast<int>(next_ifindex_++);
  link.mtu = link.mtu.value_or(1500);
  const auto ifindex = link.ifindex();
  links[*link.ifname] = std::move(link);
  return ifindex;
}

std::vector<Message> FakeNamespace::new_link(Link link) {
  const auto netkit = link.netkit();
  if (find(link) != nullptr) throw KernelError("newlink", EEXIST);
  if (netkit && netkit->peer_info) {
    auto other = kernel::decode<Link>(*netkit->peer_info);
    other.linkinfo = link.linkinfo;
    link.link = peer->insert(std::move(other));
  }
  const auto name = *link.ifname;
  insert(std::move(link));
  return {{RTM_NEWLINK, encode(links[name])}};
}

void FakeNamespace::delete_link(std::uint32_t ifindex) {
  for (const auto& [name, link] : links) {
    if (link.ifindex() != ifindex) continue;
    if (link.link) peer->delete_link(*link.link);
    links.erase(name);
    return;
  }
  throw KernelError("dellink", ENODEV);
}

FakeMachine::FakeMachine() {
  host_netns.peer = &pod_netns;
}

std::unique_ptr<kernel::Namespace> FakeMachine::open_netns(const std::string& path) {
  return pod_paths.contains(path) ? std::make_unique<Shared>(pod_netns) : nullptr;
}

std::optional<kernel::Nic> FakeMachine::find_nic(const std::string& name) {
  if (name == "nic0") return kernel::Nic{name, "enp1s0", 2};
  if (name == "nic1") return kernel::Nic{name, "enp2s0", 3};
  return std::nullopt;
}

}  // namespace rxlease::tests
