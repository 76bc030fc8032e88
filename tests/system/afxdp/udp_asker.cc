// SPDX-License-Identifier: Apache-2.0
#include "tests/system/afxdp/udp_asker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "kernel/error.h"
#include "kernel/netlink/netns.h"

namespace rxlease::tests {

namespace {

constexpr std::uint32_t under_way = 32;  // more would not fit in a socket's buffer, where each takes a page
constexpr std::size_t longest = 1400;

kernel::Fd connected_socket(const Pod& client, unsigned port, int patience_ms) {
  const auto netns = kernel::NetNs::open(client.path());
  if (!netns) throw std::runtime_error("no namespace " + client.path());
  const kernel::InsideNetNs inside(*netns);
  kernel::Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, "10.0.0.1", &address.sin_addr);
  const timeval patience{patience_ms / 1000, (patience_ms % 1000) * 1000};
  if (!socket || connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0) {
    kernel::throw_errno("UDP socket to port " + std::to_string(port));
  }
  return socket;
}

// Each has its number in front, and a length of its own.
std::vector<char> packet(std::uint32_t number) {
  std::vector<char> bytes(64 + number % (longest - 64));
  for (std::size_t i = sizeof(number); i < bytes.size(); ++i) bytes[i] = static_cast<char>(number + i);
  std::memcpy(bytes.data(), &number, sizeof(number));
  return bytes;
}

}  // namespace

Asked ask(const Pod& client, unsigned port, std::uint32_t count, int patience_ms,
          const std::atomic<bool>* stop) {
  const auto socket = connected_socket(client, port, patience_ms);
  Asked asked;
  std::array<char, longest> block{};
  while (asked.sent < count && (stop == nullptr || !*stop)) {
    std::vector<std::vector<char>> expected;
    for (auto left = std::min(under_way, count - asked.sent); left > 0; --left) {
      expected.push_back(packet(asked.sent++));
      send(socket.get(), expected.back().data(), expected.back().size(), 0);
    }
    while (!expected.empty()) {
      const auto got = recv(socket.get(), block.data(), block.size(), 0);
      if (got <= 0) break;
      const auto same = [&](const std::vector<char>& bytes) {
        return bytes.size() == static_cast<std::size_t>(got) &&
               std::equal(bytes.begin(), bytes.end(), block.begin());
      };
      const auto found = std::find_if(expected.begin(), expected.end(), same);
      if (found == expected.end()) continue;  // one that was given up
      expected.erase(found);
      ++asked.answered;
    }
  }
  return asked;
}

}  // namespace rxlease::tests
