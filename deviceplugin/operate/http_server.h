// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "kernel/fd.h"

namespace rxlease::deviceplugin::operate {

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Answers GET requests, one a connection, for probes and scrapes on the node's own network. Its four threads
// sleep until somebody connects; prometheus-cpp's exposer would wake up all the time. A client has two
// seconds to send its request and two to take the answer, so a slow one keeps one thread busy for four
// seconds at most, and the others answer meanwhile.
class HttpServer {
 public:
  // Called by several threads at a time.
  using Handler = std::function<HttpAnswer(const std::string& path)>;

  // `address`: "127.0.0.1:9808" or "[::1]:9808". KernelError if it cannot listen there. A handler's exception
  // becomes status 500.
  HttpServer(const std::string& address, Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const { return port_; }  // the kernel's choice if the address has port 0

 private:
  // Stops the threads. It is the last member, so it goes before them, even if one of them cannot be started.
  struct StopAtTheEnd {
    const kernel::Fd& stop;
    ~StopAtTheEnd();
  };

  void serve() const;

  Handler handler_;
  kernel::Fd listener_;
  kernel::Fd stop_;  // readable: the threads are to end
  std::uint16_t port_ = 0;
  std::vector<std::jthread> threads_;
  StopAtTheEnd stop_at_the_end_{stop_};
};

}  // namespace rxlease::deviceplugin::operate
