// SPDX-License-Identifier: Apache-2.0
#include "tests/system/afxdp/frames.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <stdexcept>
#include <vector>

#include "kernel/error.h"
#include "kernel/netlink/links.h"
#include "kernel/netlink/netns.h"
#include "kernel/netlink/socket/netlink_socket.h"

namespace rxlease::tests {

namespace {

using kernel::Bytes;

void append(Bytes& bytes, const std::vector<std::uint8_t>& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

void append_16(Bytes& bytes, unsigned value) {
  append(bytes, {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)});
}

std::uint16_t checksum_of(const Bytes& header) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < header.size(); i += 2) sum += header[i] * 256U + header[i + 1];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

Bytes ipv4_header(const Frame& frame, unsigned payload) {
  constexpr unsigned length = 20;
  Bytes header{0x45, 0};
  append_16(header, length + payload);
  append(header, {0, 0, 0, 0, 64, frame.protocol, 0, 0, 10, 0, 0, 2});
  append(header, kernel::IpAddress::parse(frame.dst)->bytes());
  const auto checksum = checksum_of(header);
  header[10] = static_cast<std::uint8_t>(checksum >> 8U);
  header[11] = static_cast<std::uint8_t>(checksum);
  return header;
}

Bytes bytes_of(const Frame& frame) {
  constexpr unsigned payload = 8 + 40;
  Bytes bytes = kernel::MacAddress::parse(frame.dst_mac)->bytes();
  append(bytes, {2, 0, 0, 0, 0, 2});
  if (frame.vlan) {
    append_16(bytes, 0x8100);
    append_16(bytes, frame.vlan_priority << 13U | *frame.vlan);
  }
  append_16(bytes, 0x0800);
  append(bytes, ipv4_header(frame, payload));
  append_16(bytes, 1000);
  append_16(bytes, frame.dst_port);
  append_16(bytes, payload);
  append_16(bytes, 0);  // no checksum
  bytes.resize(bytes.size() + payload - 8, 0x5a);
  return bytes;
}

}  // namespace

void send_frames(const Pod& client, const std::string& ifname, const Frame& frame, int count) {
  const auto netns = kernel::NetNs::open(client.path());
  if (!netns) throw std::runtime_error("no namespace " + client.path());
  const kernel::InsideNetNs inside(*netns);
  kernel::NetlinkSocket route(NETLINK_ROUTE);
  const auto link = kernel::Links(route).getlink(ifname);
  if (!link) throw std::runtime_error("the client has no interface " + ifname);
  const kernel::Fd socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = link->ifinfo.ifi_index;
  const auto bytes = bytes_of(frame);
  for (; socket && count > 0; --count) {
    const auto sent = sendto(socket.get(), bytes.data(), bytes.size(), 0,
                             reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    if (sent < 0) break;
  }
  if (count > 0) kernel::throw_errno("sending frames through " + ifname);
}

}  // namespace rxlease::tests
