// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace rxlease::examples {

// A TCP socket, closed when it ends.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket() { close(); }

  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void close();

 private:
  int fd_;
};

// These throw std::system_error, or std::runtime_error for a host that nobody knows.

// Listens for IPv6 and IPv4, at all addresses, and says so on standard output.
Socket listen_on(unsigned port);
Socket accept_from(const Socket& listener);

// Waits until there is something to read or to accept. Returns true if the descriptor `other` can be read
// before, or at the same time; -1: there is none.
bool is_preceded(const Socket& socket, int other);

Socket connect_to(const std::string& host, const std::string& port);

}  // namespace rxlease::examples
