// SPDX-License-Identifier: Apache-2.0
//
// Receives a TCP stream into a device's memory (devmem TCP), checks every byte, and says how many came beside
// it:
//
//   $ devmem_receive RXLEASE_DEVICES_RXQ 5201
//   listening on port 5201
//   received 67108864 bytes, all as sent
//   in device memory 67108864 bytes, copied 0 bytes
//
// The arguments are what names the queue, as for zerocopy_receive, and a port: an interface's queue is named
// by devmem_receive eth0 1 5201. zerocopy_send sends such a stream. The exit status is 0 when all bytes were
// as sent, copied or not; 1 when they were not, or when something failed.

#include <sys/socket.h>

#include <cstdio>
#include <cstring>
#include <vector>

#include "deploy/examples/devmem/binding.h"
#include "deploy/examples/devmem/device_memory.h"
#include "deploy/examples/lease/lease.h"
#include "deploy/examples/zerocopy/arguments.h"
#include "deploy/examples/zerocopy/failure.h"
#include "deploy/examples/zerocopy/payload.h"
#include "deploy/examples/zerocopy/tcp.h"

namespace {

using namespace rxlease::examples;

// include/uapi/asm-generic/socket.h, include/linux/socket.h and include/uapi/linux/uio.h, Linux 6.12.
constexpr int msg_sock_devmem = 0x2000000;  // MSG_SOCK_DEVMEM
constexpr int scm_devmem_dmabuf = 79;       // SCM_DEVMEM_DMABUF; SCM_DEVMEM_LINEAR is 78
constexpr int so_devmem_dontneed = 80;      // SO_DEVMEM_DONTNEED

// struct dmabuf_cmsg: bytes that have arrived, in the memory or beside it.
struct Fragment {
  std::uint64_t offset;
  std::uint32_t size;
  std::uint32_t token;
  std::uint32_t dmabuf;
  std::uint32_t flags;
};

// struct dmabuf_token: fragments that the program has read.
struct Tokens {
  std::uint32_t first;
  std::uint32_t count;
};

constexpr std::size_t memory_size = 16 << 20;
constexpr std::size_t linear_size = 1 << 17;     // bytes of one call that are not in the memory
constexpr std::size_t fragments_size = 1 << 16;  // bytes of control messages

class Receiver {
 public:
  Receiver(const Socket& connection, const DeviceMemory& memory) : connection_(connection), memory_(memory) {}

  // Returns false at the end of the stream.
  bool receive_some() {
    iovec linear{linear_.data(), linear_.size()};
    msghdr message{};
    message.msg_iov = &linear;
    message.msg_iovlen = 1;
    message.msg_control = control_.data();
    message.msg_controllen = control_.size();
    const auto got = recvmsg(connection_.fd(), &message, msg_sock_devmem);
    if (got < 0) fail("recvmsg MSG_SOCK_DEVMEM");
    if (got == 0) return false;
    std::size_t copied = 0;
    for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
      if (part->cmsg_level != SOL_SOCKET) continue;
      Fragment fragment{};
      std::memcpy(&fragment, CMSG_DATA(part), sizeof(fragment));
      if (part->cmsg_type == scm_devmem_dmabuf) {
        check_payload(received(), memory_.bytes(fragment.offset, fragment.size));
        in_memory_ += fragment.size;
        give_back(fragment.token);
      } else {
        check_payload(received(), std::span(linear_).subspan(copied, fragment.size));
        copied += fragment.size;
        copied_ += fragment.size;
      }
    }
    return true;
  }

  std::uint64_t received() const { return in_memory_ + copied_; }
  std::uint64_t in_memory() const { return in_memory_; }
  std::uint64_t copied() const { return copied_; }

 private:
  void give_back(std::uint32_t token) const {
    const Tokens tokens{token, 1};
    if (setsockopt(connection_.fd(), SOL_SOCKET, so_devmem_dontneed, &tokens, sizeof(tokens)) < 0) {
      fail("SO_DEVMEM_DONTNEED");
    }
  }

  const Socket& connection_;
  const DeviceMemory& memory_;
  std::vector<std::byte> linear_ = std::vector<std::byte>(linear_size);
  std::vector<std::byte> control_ = std::vector<std::byte>(fragments_size);
  std::uint64_t in_memory_ = 0;
  std::uint64_t copied_ = 0;
};

void receive(const std::string& interface, std::uint32_t queue, unsigned port) {
  const DeviceMemory memory(memory_size);
  const Binding binding(interface, queue, memory.dmabuf());
  const auto connection = accept_from(listen_on(port));
  Receiver receiver(connection, memory);
  while (receiver.receive_some()) continue;
  const unsigned long long received = receiver.received(), in_memory = receiver.in_memory(),
                           copied = receiver.copied();
  std::printf("received %llu bytes, all as sent\n", received);
  std::printf("in device memory %llu bytes, copied %llu bytes\n", in_memory, copied);
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv, 2, 3, "VARIABLE|FOLDER|INTERFACE QUEUE PORT", [](const auto& arguments) {
    const auto port = static_cast<unsigned>(number(arguments.back()));
    if (arguments.size() == 4)
      return receive(arguments[1], static_cast<std::uint32_t>(number(arguments[2])), port);
    const auto lease = leases_named_by(arguments[1]).front();
    receive(lease.interface, lease.queue, port);
  });
}
