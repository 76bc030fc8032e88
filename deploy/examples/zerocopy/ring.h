// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/io_uring.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace rxlease::examples {

// Memory of its own pages, given back when it ends.
class Mapping {
 public:
  // Zeroed memory, or what a descriptor maps at an offset. Throws std::system_error.
  explicit Mapping(std::size_t size, int fd = -1, std::uint64_t offset = 0);
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping();

  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }

  template <typename T>
  T* at(std::size_t offset) const {
    return static_cast<T*>(static_cast<void*>(data_ + offset));
  }

 private:
  std::byte* data_;
  std::size_t size_;
};

// An io_uring as zero-copy receive needs it: completions of 32 bytes, posted only while this thread waits for
// them.
class Ring {
 public:
  struct Completion {
    std::uint64_t user_data;
    std::int32_t result;
    bool more;             // the request stays, and completes again
    std::uint64_t offset;  // zero-copy receive: where the bytes are
  };

  // `completions` has to do for everything that can be received between two waits. Throws std::system_error.
  explicit Ring(unsigned completions);
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring();

  // Hands a request to the kernel. Throws std::system_error.
  void submit(const io_uring_sqe& request);

  // Completes once with `user_data` when the descriptor can be read. Throws std::system_error.
  void poll(int fd, std::uint64_t user_data);

  // Ends the requests with `user_data`; each has a last completion. The cancelling completes by itself, with
  // `done`. Throws std::system_error.
  void cancel(std::uint64_t user_data, std::uint64_t done);

  // Waits until there is a completion. Throws std::system_error.
  void wait();

  // The oldest completion, which is then done with.
  std::optional<Completion> next();

  // io_uring_register(2). Throws std::system_error with `what`.
  void enroll(unsigned operation, void* argument, unsigned count, const std::string& what);

 private:
  int fd_;
  io_uring_params parameters_{};
  std::optional<Mapping> rings_;
  std::optional<Mapping> requests_;
};

}  // namespace rxlease::examples
