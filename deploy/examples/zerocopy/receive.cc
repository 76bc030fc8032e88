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
//
// If the NIC goes while streams come, and comes back, rxlease leases its queues to the pod anew, and
// lease.json has another generation. The program then binds the new queues, and says so; the streams go on.
// It says as well when the first bytes have come zero-copy again.

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <deque>
#include <memory>
#include <optional>

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

// Requests other than those of streams.
constexpr std::uint64_t of_watch = ~std::uint64_t{0};
constexpr std::uint64_t of_cancelling = of_watch - 1;

// The queues while they are bound: one ring with all of them.
struct Bound {
  explicit Bound(const Queues& queues) : ring(completions) {
    for (const auto queue : queues.queues) {
      list.emplace_back(ring, queues.interface, static_cast<std::uint32_t>(queue), area_size);
    }
  }

  Ring ring;
  std::deque<ZeroCopyQueue> list;
};

class Receiver {
 public:
  // `watch`: null if nothing tells when the queues have to be bound anew. It must outlive the object.
  Receiver(const Queues& queues, LeaseWatch* watch) : watch_(watch) { bind(queues); }

  // Waits for a stream. Queues that were leased anew meanwhile are bound anew before it comes.
  void accept(const Socket& listener) {
    while (is_preceded(listener, watch_ == nullptr ? -1 : watch_->fd())) {
      if (watch_->has_changed()) bind_anew();
    }
    streams_.push_back({accept_from(listener)});
    ask(streams_.size() - 1);
    ++open_;
  }

  // Until all streams have ended. When the NIC has gone and come back the streams go on through the new
  // queues: their connections have outlived it.
  void run() {
    while (open_ > 0) {
      bound_->ring.wait();
      take_all();
      if (watch_ != nullptr && is_news_ && watch_->has_changed()) bind_anew();
      if (is_news_) await_news();
    }
  }

  std::uint64_t received() const {
    std::uint64_t bytes = 0;
    for (const auto& stream : streams_) bytes += stream.received;
    return bytes;
  }

  std::uint64_t copied() const {
    return copied_before_ + (earlier_ ? copied_by(*earlier_) : 0) + copied_by(*bound_);
  }

 private:
  static std::uint64_t copied_by(const Bound& bound) {
    std::uint64_t bytes = 0;
    for (const auto& queue : bound.list) bytes += queue.copied_bytes();
    return bytes;
  }

  void bind(const Queues& queues) {
    bound_ = std::make_unique<Bound>(queues);
    await_news();
  }

  void await_news() {
    is_news_ = false;
    if (watch_ != nullptr) bound_->ring.poll(watch_->fd(), of_watch);
  }

  // What the old queues have received is taken first: it is in their memory.
  void bind_anew() {
    is_ending_ = true;
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      if (streams_[i].socket.is_open()) bound_->ring.cancel(i, of_cancelling);
    }
    while (asked_ > 0) {
      bound_->ring.wait();
      take_all();
    }
    is_ending_ = false;
    if (earlier_) copied_before_ += copied_by(*earlier_);
    received_before_ = received();
    for (auto& queue : bound_->list) queue.flush();  // so that the NIC's memory is not waited for
    earlier_ = std::move(bound_);
    bind(queues_of(watch_->leases()));
    std::printf("bound anew: the leases are of generation %u\n", watch_->leases().front().generation);
    std::fflush(stdout);
    bound_anew_ = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      streams_[i].queue = streams_[i].wrong_queues = 0;
      if (streams_[i].socket.is_open()) ask(i);
    }
  }

  // Once the queues that were bound anew have received anything without a copy.
  void note_zero_copy() {
    if (received() - received_before_ <= copied_by(*bound_)) return;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - *bound_anew_;
    std::printf("zero-copy again after %.0f ms\n", took.count());
    std::fflush(stdout);
    bound_anew_.reset();
  }

  void ask(std::size_t index) {
    bound_->list[streams_[index].queue].receive(streams_[index].socket.fd(), index);
    ++asked_;
  }

  void take_all() {
    while (const auto completion = bound_->ring.next()) {
      if (completion->user_data == of_watch) {
        is_news_ = true;
      } else if (completion->user_data != of_cancelling) {
        take(*completion);
      }
    }
  }

  void take(const Ring::Completion& completion) {
    auto& stream = streams_[completion.user_data];
    if (!completion.more) --asked_;
    if (completion.result > 0) {
      auto& queue = bound_->list[stream.queue];
      check_payload(stream.received, queue.bytes(completion));
      stream.received += static_cast<std::uint64_t>(completion.result);
      stream.wrong_queues = 0;
      if (bound_anew_) note_zero_copy();
      queue.give_back(completion);
      if (!completion.more && !is_ending_) ask(completion.user_data);
    } else if (completion.result == 0) {
      stream.socket.close();
      --open_;
    } else if (!is_ending_) {
      if (overcome(-completion.result, stream)) ask(completion.user_data);
    }
  }

  // Takes what a stream still has in the memory of the earlier queues: segments that followed one which was
  // lost with the NIC, and so were not to be read before that one was sent again. Waits for nothing else.
  // False: the stream has ended.
  bool take_from_earlier(Stream& stream) {
    for (auto& queue : earlier_->list) {
      queue.receive(stream.socket.fd(), 0);
      for (bool more = true; more;) {
        earlier_->ring.wait();
        while (const auto completion = earlier_->ring.next()) {
          if (completion->user_data != 0) continue;  // of cancelling and watching
          more = completion->more;
          if (completion->result == 0) {
            stream.socket.close();
            --open_;
            return false;
          }
          if (completion->result < 0) continue;
          check_payload(stream.received, queue.bytes(*completion));
          stream.received += static_cast<std::uint64_t>(completion->result);
          stream.wrong_queues = 0;
          queue.give_back(*completion);
        }
      }
      queue.flush();
    }
    return true;
  }

  // Removes what ended a request, so that another one can go on, or throws. False: the stream has ended.
  bool overcome(int error, Stream& stream) {
    switch (error) {
      case EFAULT:  // the data is in another queue's memory
        if (++stream.wrong_queues == bound_->list.size() && earlier_) return take_from_earlier(stream);
        if (stream.wrong_queues >= bound_->list.size()) {
          throw std::runtime_error("a stream comes through a zero-copy queue that is not ours");
        }
        stream.queue = (stream.queue + 1) % bound_->list.size();
        return true;
      case ENOMEM:  // copies take their buffers from the area too
        bound_->list[stream.queue].flush();
        return true;
      case ENOSPC:  // the ring had no room for more completions; now it has
        return true;
      default:
        errno = error;
        fail("receiving");
    }
  }

  LeaseWatch* watch_;
  std::unique_ptr<Bound> earlier_;  // whose memory may have bytes that nobody has read yet
  std::unique_ptr<Bound> bound_;
  std::vector<Stream> streams_;
  std::size_t open_ = 0;
  std::size_t asked_ = 0;  // requests of streams that have not had their last completion
  std::uint64_t copied_before_ = 0, received_before_ = 0;            // by earlier queues
  std::optional<std::chrono::steady_clock::time_point> bound_anew_;  // and no byte came zero-copy since
  bool is_news_ = false;                                             // a folder of the leases has changed
  bool is_ending_ = false;                                           // the requests are to end
};

void receive(const Queues& queues, LeaseWatch* watch, unsigned port, std::uint64_t streams) {
  Receiver receiver(queues, watch);
  const auto listener = listen_on(port);
  for (std::uint64_t i = 0; i < streams; ++i) receiver.accept(listener);
  const auto start = std::chrono::steady_clock::now();
  receiver.run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const unsigned long long received = receiver.received(), copied = receiver.copied(), count = streams;
  std::printf("received %llu bytes of %llu streams in %.2f s, all as sent\n", received, count, took.count());
  std::printf("zero-copy %llu bytes, copied %llu bytes\n", received - copied, copied);
}

void receive_by_lease(const std::string& name, unsigned port, std::uint64_t streams) {
  LeaseWatch watch(leases_named_by(name));
  receive(queues_of(watch.leases()), &watch, port, streams);
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
               const auto number_of_port = static_cast<unsigned>(number(arguments[port]));
               const auto streams = arguments.size() > port + 1 ? number(arguments[port + 1]) : 1;
               if (by_lease) return receive_by_lease(arguments[1], number_of_port, streams);
               receive({arguments[1], numbers(arguments[2])}, nullptr, number_of_port, streams);
             });
}
