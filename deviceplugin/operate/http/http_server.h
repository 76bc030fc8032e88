// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "deviceplugin/operate/http/http_connection.h"
#include "kernel/fd.h"
#include "kernel/process/event.h"

namespace rxlease::deviceplugin::operate {

// How an HttpServer answers a path. An exception becomes status 500.
struct HttpHandlers {
  // Called by the thread that serves all clients, so it must not wait for anything. nullopt: `slowly`
  // answers.
  std::function<std::optional<HttpAnswer>(const std::string& path)> at_once;
  // Called by another thread, for one request after the other; it may wait for the kernel.
  std::function<HttpAnswer(const std::string& path)> slowly;
};

// Answers GET requests, one a connection, for probes and scrapes on the node's own network. One thread serves
// all clients and waits for none of them, so whoever sends slowly, or nothing, delays nobody; a second one
// makes the answers that take time. Both sleep while no client is there. At most 64 connections are open: the
// next client takes the place of the oldest one.
//
// Not cpp-httplib, whose clients occupy a thread each for as long as they send a byte now and then, and which
// would bring OpenSSL into the daemon; nor prometheus-cpp's exposer, which wakes up all the time.
class HttpServer {
 public:
  // `address`: as of listen_on(), with its error. The destructor waits for a handler that runs, but for no
  // client.
  HttpServer(const std::string& address, HttpHandlers handlers);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;

 private:
  using Clock = HttpConnection::Clock;

  struct Client {
    std::uint64_t id;
    HttpConnection connection;
  };
  struct Request {
    std::uint64_t id;
    std::string path;
  };
  struct Answer {
    std::uint64_t id;
    HttpAnswer answer;
  };

  // Ends the threads. It is the last member, so it goes before them, even if one of them cannot be started.
  struct StopAtTheEnd {
    HttpServer& server;
    ~StopAtTheEnd() { server.stop(); }
  };

  void stop();
  void serve();
  void answer_slow_requests();
  void accept();
  void proceed(Client& client, short happened);
  void send_finished();
  int milliseconds_to_wait() const;

  HttpHandlers handlers_;
  kernel::Fd listener_;
  kernel::Event news_;  // an answer is finished, or the threads are to end
  // The serving thread's own.
  std::list<Client> clients_;  // the oldest first
  std::uint64_t next_id_ = 0;
  Clock::time_point no_accept_before_;  // after the kernel refused a connection
  // Between the threads.
  std::mutex mutex_;  // guards the members below
  std::condition_variable requested_;
  std::deque<Request> requests_;
  std::vector<Answer> finished_;
  bool ending_ = false;
  std::jthread serving_;
  std::jthread answering_;
  StopAtTheEnd stop_at_the_end_{*this};
};

}  // namespace rxlease::deviceplugin::operate
