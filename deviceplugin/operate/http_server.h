// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "kernel/fd.h"

namespace rxlease::deviceplugin::operate {

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Answers GET requests one after the other, on a thread that sleeps until a client connects. Meant for probes
// and scrapes on the node's own network. A client has two seconds to send its request.
class HttpServer {
 public:
  using Handler = std::function<HttpAnswer(const std::string& path)>;

  // `address`: "127.0.0.1:9808" or "[::1]:9808". KernelError: the server cannot listen there. An exception of
  // the handler becomes status 500.
  HttpServer(const std::string& address, Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  std::uint16_t port() const { return port_; }  // the one chosen, where the address said 0

 private:
  void serve();
  void answer(kernel::Fd connection) const;

  Handler handler_;
  kernel::Fd listener_;
  kernel::Fd stop_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace rxlease::deviceplugin::operate
