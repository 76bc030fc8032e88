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
//
// If the NIC goes while the stream comes, and comes back, rxlease leases the queue to the pod anew, and
// lease.json has another generation. The program then binds memory to the new queue, says so, and the stream
// goes on: its connection has outlived the NIC. It says as well when the first bytes have come into that
// memory.

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
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

// A queue, and the memory that it receives into.
struct Bound {
  Bound(const std::string& interface, std::uint32_t queue)
      : memory(memory_size), binding(interface, queue, memory.dmabuf()) {}

  DeviceMemory memory;
  Binding binding;
};

class Receiver {
 public:
  // `watch`: null if nothing tells when the queue has to be bound anew. It must outlive the object.
  Receiver(const std::string& interface, std::uint32_t queue, LeaseWatch* watch)
      : watch_(watch), bound_{std::make_unique<Bound>(interface, queue)} {}

  // Everything that comes in a stream, until its end.
  void receive(unsigned port) {
    const auto listener = listen_on(port);
    wait_for(listener);
    const auto connection = accept_from(listener);
    do {
      wait_for(connection);
    } while (receive_some(connection));
  }

  std::uint64_t received() const { return in_memory_ + copied_; }
  std::uint64_t in_memory() const { return in_memory_; }
  std::uint64_t copied() const { return copied_; }

 private:
  // Until the socket can be read; meanwhile the queue is bound anew whenever its lease was made again.
  void wait_for(const Socket& socket) {
    while (is_preceded(socket, watch_ == nullptr ? -1 : watch_->fd())) {
      if (watch_->has_changed()) bind_anew();
    }
  }

  // Into other memory: the earlier one may have bytes that are yet to be read.
  void bind_anew() {
    const auto& lease = watch_->leases().front();
    bound_[earlier] = std::move(bound_[now]);
    bound_[now] = std::make_unique<Bound>(lease.interface, lease.queue);
    std::printf("bound anew: the lease is of generation %u\n", lease.generation);
    std::fflush(stdout);
    bound_anew_ = std::chrono::steady_clock::now();
  }

  // Once the memory that was bound anew has received anything.
  void note_first(const Fragment& fragment) {
    if (!bound_anew_ || fragment.dmabuf != bound_[now]->binding.id()) return;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - *bound_anew_;
    std::printf("in device memory again after %.0f ms\n", took.count());
    std::fflush(stdout);
    bound_anew_.reset();
  }

  // Returns false at the end of the stream.
  bool receive_some(const Socket& connection) {
    iovec linear{linear_.data(), linear_.size()};
    msghdr message{};
    message.msg_iov = &linear;
    message.msg_iovlen = 1;
    message.msg_control = control_.data();
    message.msg_controllen = control_.size();
    const auto got = recvmsg(connection.fd(), &message, msg_sock_devmem);
    if (got < 0) fail("recvmsg MSG_SOCK_DEVMEM");
    std::size_t copied = 0;
    const auto copy = [&](std::size_t size) {
      check_payload(received(), std::span(linear_).subspan(copied, size));
      copied += size;
      copied_ += size;
    };
    // What arrived while no memory was bound comes without fragments.
    if (message.msg_controllen == 0) copy(static_cast<std::size_t>(got));
    for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
      if (part->cmsg_level != SOL_SOCKET) continue;
      Fragment fragment{};
      std::memcpy(&fragment, CMSG_DATA(part), sizeof(fragment));
      if (part->cmsg_type == scm_devmem_dmabuf) {
        check_payload(received(), memory_of(fragment).bytes(fragment.offset, fragment.size));
        in_memory_ += fragment.size;
        give_back(connection, fragment.token);
        note_first(fragment);
      } else {
        copy(fragment.size);
      }
    }
    return got != 0;
  }

  const DeviceMemory& memory_of(const Fragment& fragment) const {
    const auto found = std::ranges::find_if(bound_, [&](const auto& bound) {
      return bound != nullptr && bound->binding.id() == fragment.dmabuf;
    });
    if (found == bound_.end()) throw std::runtime_error("the kernel names memory that is no longer there");
    return (*found)->memory;
  }

  static void give_back(const Socket& connection, std::uint32_t token) {
    const Tokens tokens{token, 1};
    if (setsockopt(connection.fd(), SOL_SOCKET, so_devmem_dontneed, &tokens, sizeof(tokens)) < 0) {
      fail("SO_DEVMEM_DONTNEED");
    }
  }

  enum : std::size_t { now, earlier, generations };

  LeaseWatch* watch_;
  std::array<std::unique_ptr<Bound>, generations> bound_;
  std::vector<std::byte> linear_ = std::vector<std::byte>(linear_size);
  std::vector<std::byte> control_ = std::vector<std::byte>(fragments_size);
  std::uint64_t in_memory_ = 0;
  std::uint64_t copied_ = 0;
  std::optional<std::chrono::steady_clock::time_point> bound_anew_;  // and nothing came since
};

void receive(Receiver receiver, unsigned port) {
  receiver.receive(port);
  const unsigned long long received = receiver.received(), in_memory = receiver.in_memory(),
                           copied = receiver.copied();
  std::printf("received %llu bytes, all as sent\n", received);
  std::printf("in device memory %llu bytes, copied %llu bytes\n", in_memory, copied);
}

void receive_by_lease(const std::string& name, unsigned port) {
  LeaseWatch watch({leases_named_by(name).front()});
  const auto& lease = watch.leases().front();
  receive({lease.interface, lease.queue, &watch}, port);
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv, 2, 3, "VARIABLE|FOLDER|INTERFACE QUEUE PORT", [](const auto& arguments) {
    const auto port = static_cast<unsigned>(number(arguments.back()));
    if (arguments.size() == 3) return receive_by_lease(arguments[1], port);
    receive({arguments[1], static_cast<std::uint32_t>(number(arguments[2])), nullptr}, port);
  });
}
