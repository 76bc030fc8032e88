// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/hand_off/handshake.h"

#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "deviceplugin/xdp/bpf.h"
#include "kernel/error.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netns.h"
#include "kernel/netlink/socket/netlink_socket.h"
#include "kernel/netlink/xdp_socket.h"

namespace rxlease::deviceplugin::xdp {

namespace {

using kernel::Fd;

constexpr const char* version = "0.1";

// The caller may not have what it requests; what() says why.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::uint32_t number(const std::string& text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Refusal("\"" + text + "\" is no number");
  }
  return value;
}

// nullopt: the kernel does not tell; it checks each packet by itself (xsk_rcv_check).
std::optional<kernel::XdpBinding> binding_in(const std::string& netns, const Fd& fd) {
  const auto pod = kernel::NetNs::open(netns);
  if (!pod) throw Refusal("its network namespace " + netns + " is gone");
  const kernel::InsideNetNs inside(*pod);
  kernel::NetlinkSocket sock_diag(NETLINK_SOCK_DIAG);
  return kernel::binding_of(sock_diag, fd);
}

bool has_netkit(const attachment::Attachment& attachment) {
  auto netns = kernel::NetNs::open(attachment.netns);
  if (!netns) return false;
  kernel::LinuxNamespace pod(std::move(*netns));
  if (pod.cookie() != attachment.netns_cookie) return false;
  const auto link = kernel::Links(pod.route()).getlink(attachment.interface_ifindex);
  return link && link->netkit();
}

}  // namespace

// A connection's edge: every exception becomes an answer.
Handshake::Answer Handshake::answer(const kernel::Packet& packet) {
  const auto request = parse_handshake_request(packet.text);
  try {
    return answer(request, packet);
  } catch (const Refusal& refusal) {
    log(std::string("is refused ") + request.verb + ": " + refusal.what());
    if (request.verb == "/connect") return {"/host_nak", {}};
    if (request.verb == "/xsk_map_fd") return {"/fd_nak", {}};
    if (request.verb == "/config_busy_poll") return {"/config_busy_poll_nak", {}};
    return {std::string("/xsk_fd_nak, ") + refusal.what(), {}};
  } catch (const std::exception& error) {
    log(std::string("cannot be served ") + request.verb + ": " + error.what());
    return {"/error", {}};
  }
}

Handshake::Answer Handshake::answer(const HandshakeRequest& request, const kernel::Packet& packet) {
  const auto is = [&](std::string_view verb, std::size_t arguments) {
    return request.verb == verb && request.arguments.size() == arguments;
  };
  if (is("/version", 0)) return {version, {}};
  if (is("/fin", 0)) return {"/fin_ack", {}, true};
  if (is("/connect", 1)) {
    holding();
    return {"/host_ok", {}};
  }
  if (is("/xsk_map_fd", 1)) return {"/fd_ack", map_for(request.arguments.front())};
  if (is("/config_busy_poll", 2)) {
    configure_busy_poll(request, packet);
    return {"/config_busy_poll_ack", {}};
  }
  if (is("/xsk_fd", 0)) {
    take_socket(packet);
    return {"/xsk_fd_ack", {}};
  }
  return {"/nak", {}};
}

// Looked up for each request: a connection may outlive the pod that opened it, and a record its lease, which
// lasts as long as the pod's netkit.
Handshake::Holding Handshake::holding() const {
  for (auto& attachment : office_->store().list().attachments) {
    const auto device = std::ranges::find_if(attachment.devices,
                                             [&](const auto& attached) { return attached.id == device_; });
    if (device == attachment.devices.end() || !device->queue) continue;
    if (attachment.netns_cookie != peer_.netns_cookie || !has_netkit(attachment)) continue;
    const auto queue = *device->queue;
    return {std::move(attachment), queue};
  }
  throw Refusal("no pod in the caller's network namespace leases the queue");
}

void Handshake::require_own_socket(const Holding& holding, const kernel::Packet& packet) const {
  const auto& fd = packet.fd;
  if (!fd && packet.has_more_descriptors) {
    throw Refusal("the daemon has no descriptor left for what came along");
  }
  if (!fd) throw Refusal("no descriptor came along");
  if (packet.has_more_descriptors) throw Refusal("several descriptors came along, and one is wanted");
  if (!kernel::is_xdp_socket(fd)) throw Refusal("the descriptor is no AF_XDP socket");
  if (kernel::netns_cookie_of(fd) != peer_.netns_cookie) {
    throw Refusal("the AF_XDP socket is of another network namespace");
  }
  const auto& attachment = holding.attachment;
  const auto binding = binding_in(attachment.netns, fd);
  if (binding && *binding != kernel::XdpBinding{attachment.interface_ifindex, holding.queue}) {
    throw Refusal(binding->ifindex == 0
                      ? "the AF_XDP socket is not bound"
                      : "the AF_XDP socket is bound to queue " + std::to_string(binding->queue) +
                            " of ifindex " + std::to_string(binding->ifindex) + ", and not to queue " +
                            std::to_string(holding.queue) + " of " + attachment.interface);
  }
  if (!kernel::is_zero_copy(fd)) throw Refusal("the AF_XDP socket is not bound with XDP_ZEROCOPY");
}

Fd Handshake::map_for(const std::string& name) {
  const auto held = holding();
  if (name != held.attachment.interface && name != device_.to_string()) {
    throw Refusal("there is no \"" + name + "\" here; ask for " + held.attachment.interface);
  }
  auto map = office_->map(device_, held.queue);
  log("gets the map of its queue");
  return map;
}

void Handshake::take_socket(const kernel::Packet& packet) {
  const auto held = holding();
  require_own_socket(held, packet);
  const auto map = office_->map(device_, held.queue);
  map_update(map, held.queue, static_cast<std::uint32_t>(packet.fd.get()));
  log("receives with its AF_XDP socket");
}

void Handshake::configure_busy_poll(const HandshakeRequest& request, const kernel::Packet& packet) const {
  require_own_socket(holding(), packet);
  kernel::set_busy_poll(packet.fd, number(request.arguments[0]), number(request.arguments[1]));
}

void Handshake::log(const std::string& what) const {
  office_->log().info(device_, peer_.describe() + " " + what);
}

}  // namespace rxlease::deviceplugin::xdp
