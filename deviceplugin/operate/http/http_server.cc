// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/http/http_server.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "deviceplugin/operate/http/listener.h"

namespace rxlease::deviceplugin::operate {

namespace {

constexpr std::size_t most_clients = 64;
constexpr std::chrono::milliseconds pause_of_accept{100};  // when the process has no descriptor left

// A thread's edge.
template <typename Call>
auto guarded(Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& error) {
    return HttpAnswer{.status = 500, .body = std::string(error.what()) + "\n"};
  }
}

}  // namespace

HttpServer::HttpServer(const std::string& address, HttpHandlers handlers)
    : handlers_(std::move(handlers)), listener_(listen_on(address)) {
  answering_ = std::jthread([this] { answer_slow_requests(); });
  serving_ = std::jthread([this] { serve(); });
}

void HttpServer::stop() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  requested_.notify_all();
  news_.set();
}

std::uint16_t HttpServer::port() const {
  return port_of(listener_);
}

void HttpServer::answer_slow_requests() {
  for (;;) {
    std::unique_lock lock(mutex_);
    requested_.wait(lock, [this] { return ending_ || !requests_.empty(); });
    if (ending_) return;
    const auto request = std::move(requests_.front());
    requests_.pop_front();
    lock.unlock();
    auto answer = guarded([&] { return handlers_.slowly(request.path); });
    lock.lock();
    finished_.push_back({request.id, std::move(answer)});
    lock.unlock();
    news_.set();
  }
}

int HttpServer::milliseconds_to_wait() const {
  const auto now = Clock::now();
  auto deadline = no_accept_before_ > now ? no_accept_before_ : Clock::time_point::max();
  for (const auto& client : clients_) deadline = std::min(deadline, client.connection.deadline());
  if (deadline == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

void HttpServer::serve() {
  for (;;) {
    std::vector<pollfd> fds{{news_.fd(), POLLIN, 0},
                            {Clock::now() < no_accept_before_ ? -1 : listener_.get(), POLLIN, 0}};
    for (const auto& client : clients_) {
      fds.push_back({client.connection.fd(), client.connection.events(), 0});
    }
    poll(fds.data(), fds.size(), milliseconds_to_wait());
    if (fds[0].revents != 0) {
      news_.clear();
      const std::scoped_lock lock(mutex_);
      if (ending_) return;
    }
    auto fd = std::next(fds.begin(), 2);
    for (auto& client : clients_) proceed(client, (fd++)->revents);
    send_finished();
    clients_.remove_if([](const auto& client) { return client.connection.has_ended(); });
    if (fds[1].revents != 0) accept();
  }
}

void HttpServer::accept() {
  kernel::Fd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) {
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
      no_accept_before_ = Clock::now() + pause_of_accept;
    }
    return;
  }
  if (clients_.size() >= most_clients) clients_.pop_front();
  clients_.push_back({next_id_++, HttpConnection(std::move(socket), Clock::now())});
}

void HttpServer::proceed(Client& client, short happened) {
  const auto path = client.connection.proceed(happened, Clock::now());
  if (!path) return;
  const auto answer = guarded([&] { return handlers_.at_once(*path); });
  if (answer) {
    client.connection.answer(*answer, Clock::now());
    return;
  }
  {
    const std::scoped_lock lock(mutex_);
    requests_.push_back({client.id, *path});
  }
  requested_.notify_one();
}

// Also drops the requests of clients that are gone, so that nobody's queue grows.
void HttpServer::send_finished() {
  std::vector<Answer> finished;
  {
    const std::scoped_lock lock(mutex_);
    finished = std::exchange(finished_, {});
    std::erase_if(requests_, [&](const auto& request) {
      const auto client = std::ranges::find(clients_, request.id, &Client::id);
      return client == clients_.end() || client->connection.has_ended();
    });
  }
  for (const auto& [id, answer] : finished) {
    const auto client = std::ranges::find(clients_, id, &Client::id);
    if (client != clients_.end()) client->connection.answer(answer, Clock::now());
  }
}

}  // namespace rxlease::deviceplugin::operate
