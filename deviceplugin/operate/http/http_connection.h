// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "kernel/fd.h"

namespace rxlease::deviceplugin::operate {

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// One client of HttpServer, and its one request. No call waits for the client: it does what can be done at
// once. The client has two seconds to send its request of at most 8192 bytes, and two to take the answer.
class HttpConnection {
 public:
  using Clock = std::chrono::steady_clock;

  HttpConnection(kernel::Fd socket, Clock::time_point now);

  int fd() const { return socket_.get(); }

  // What to wait for: POLLIN, POLLOUT, or 0 while the answer is being made.
  short events() const;

  // When the client's time is over; the far future while the answer is being made.
  Clock::time_point deadline() const { return deadline_; }

  // To be called when something of events() has happened, the client has hung up, or the deadline is over.
  // Returns the path of a GET once the request is complete: then answer() is due. What is no such request is
  // answered here.
  std::optional<std::string> proceed(short happened, Clock::time_point now);

  void answer(const HttpAnswer& answer, Clock::time_point now);

  bool has_ended() const { return stage_ == Stage::ended; }

 private:
  enum class Stage { reading, waiting, writing, ended };

  std::optional<std::string> read(Clock::time_point now);
  std::optional<std::string> path_of_request(Clock::time_point now);
  void write();

  kernel::Fd socket_;
  Stage stage_ = Stage::reading;
  Clock::time_point deadline_;
  std::string head_;  // of the request, as far as it has come
  std::string left_;  // of the answer
};

}  // namespace rxlease::deviceplugin::operate
