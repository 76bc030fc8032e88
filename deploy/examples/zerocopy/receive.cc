// SPDX-License-Identifier: Apache-2.0
//
// Receives TCP streams zero-copy with io_uring, checks every byte, and says how many the kernel had to copy:
//
//   $ zerocopy_receive RXLEASE_DEVICES_RXQ 5201 2
//   listening on port 5201
//   received 134217728 bytes of 2 streams in 0.61 s, all as sent
//   zero-copy 134217728 bytes, copied 0 bytes
//
// The arguments are what names the queues, a port, and how many streams to wait for (1). The queues of a
// container are named by the environment variable in which kubelet names its devices, or by the folder of one
// of them; elsewhere by an interface and its queues: zerocopy_receive eth0 1,2 5201. The exit status is 0
// when all bytes were as sent, copied or not; 1 when they were not, or when something failed.

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <deque>

#include "deploy/examples/lease/lease.h"
#include "deploy/examples/zerocopy/arguments.h"
#include "deploy/examples/zerocopy/failure.h"
#include "deploy/examples/zerocopy/payload.h"
#include "deploy/examples/zerocopy/tcp.h"
#include "deploy/examples/zerocopy/zero_copy_queue.h"

namespace {

using namespace rxlease::examples;

constexpr std::size_t area_size = 32 << 20;
constexpr unsigned completions = 32768;

// The NIC chooses a stream's queue (RSS), and nothing but its data tells which one it is.
struct Stream {
  Socket socket;
  std::size_t queue = 0;
  std::size_t wrong_queues = 0;  // tried in a row
  std::uint64_t received = 0;
};

class Receiver {
 public:
  explicit Receiver(const Queues& queues) : ring_(completions) {
    for (const auto queue : queues.queues) {
      queues_.emplace_back(ring_, queues.interface, static_cast<std::uint32_t>(queue), area_size);
    }
  }

  void add(Socket socket) {
    streams_.push_back({std::move(socket)});
    ask(streams_.size() - 1);
    ++open_;
  }

  // Until all streams have ended.
  void run() {
    while (open_ > 0) {
      ring_.wait();
      while (const auto completion = ring_.next()) take(*completion);
    }
  }

  std::uint64_t received() const {
    std::uint64_t bytes = 0;
    for (const auto& stream : streams_) bytes += stream.received;
    return bytes;
  }

  std::uint64_t copied() const {
    std::uint64_t bytes = 0;
    for (const auto& queue : queues_) bytes += queue.copied_bytes();
    return bytes;
  }

 private:
  void ask(std::size_t index) { queues_[streams_[index].queue].receive(streams_[index].socket.fd(), index); }

  void take(const Ring::Completion& completion) {
    auto& stream = streams_[completion.user_data];
    if (completion.result > 0) {
      auto& queue = queues_[stream.queue];
      check_payload(stream.received, queue.bytes(completion));
      stream.received += static_cast<std::uint64_t>(completion.result);
      stream.wrong_queues = 0;
      queue.give_back(completion);
    } else if (completion.result == 0) {
      stream.socket.close();
      --open_;
    } else {
      overcome(-completion.result, stream);
      ask(completion.user_data);
    }
  }

  // Removes what ended a request, so that another one can go on, or throws.
  void overcome(int error, Stream& stream) {
    switch (error) {
      case EFAULT:  // the data is in another queue's memory
        if (++stream.wrong_queues == queues_.size()) {
          throw std::runtime_error("a stream comes through a zero-copy queue that is not ours");
        }
        stream.queue = (stream.queue + 1) % queues_.size();
        return;
      case ENOMEM:  // copies take their buffers from the area too
        queues_[stream.queue].flush();
        return;
      case ENOSPC:  // the ring had no room for more completions; now it has
        return;
      default:
        errno = error;
        fail("receiving");
    }
  }

  Ring ring_;
  std::deque<ZeroCopyQueue> queues_;
  std::vector<Stream> streams_;
  std::size_t open_ = 0;
};

void receive(const Queues& queues, unsigned port, std::uint64_t streams) {
  Receiver receiver(queues);
  const auto listener = listen_on(port);
  for (std::uint64_t i = 0; i < streams; ++i) receiver.add(accept_from(listener));
  const auto start = std::chrono::steady_clock::now();
  receiver.run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const unsigned long long received = receiver.received(), copied = receiver.copied(), count = streams;
  std::printf("received %llu bytes of %llu streams in %.2f s, all as sent\n", received, count, took.count());
  std::printf("zero-copy %llu bytes, copied %llu bytes\n", received - copied, copied);
}

}  // namespace

int main(int argc, char** argv) {
  return run(argc, argv, 2, 4, "VARIABLE|FOLDER|INTERFACE QUEUE[,QUEUE]... PORT [STREAMS]",
             [](const auto& arguments) {
               const auto by_lease = names_leases(arguments[1]);
               const std::size_t port = by_lease ? 2 : 3;  // the argument's place
               if (arguments.size() <= port || arguments.size() > port + 2) {
                 throw std::invalid_argument("a port is missing, or something follows the streams");
               }
               receive(by_lease ? queues_of(leases_named_by(arguments[1]))
                                : Queues{arguments[1], numbers(arguments[2])},
                       static_cast<unsigned>(number(arguments[port])),
                       arguments.size() > port + 1 ? number(arguments[port + 1]) : 1);
             });
}
