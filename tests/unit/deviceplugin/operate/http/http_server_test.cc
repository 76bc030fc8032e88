// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/http/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <functional>
#include <latch>
#include <list>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "kernel/error.h"

namespace rxlease::deviceplugin::operate {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    constexpr timeval longest{60, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof(longest));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      kernel::throw_errno("connect");
    }
  }

  bool say(const std::string& text) const {
    return send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  // All that comes until the server closes.
  std::string hear() const {
    std::string heard;
    std::array<char, 1024> block{};
    for (ssize_t got = 0; (got = recv(socket_.get(), block.data(), block.size(), 0)) > 0;) {
      heard.append(block.data(), static_cast<std::size_t>(got));
    }
    return heard;
  }

 private:
  kernel::Fd socket_;
};

std::string get(const HttpServer& server, const std::string& path) {
  const Client client(server.port());
  client.say("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  return client.hear();
}

HttpAnswer echo(const std::string& path) {
  return {.body = path};
}

const HttpHandlers echoes{.at_once = echo, .slowly = echo};

// "/metrics" is answered by the other function.
HttpHandlers slow_metrics(std::function<HttpAnswer(const std::string&)> slowly) {
  return {.at_once = [](const std::string& path) -> std::optional<HttpAnswer> {
            if (path == "/metrics") return std::nullopt;
            return echo(path);
          },
          .slowly = std::move(slowly)};
}

TEST(HttpServer, AnswersAPathWithoutItsQuery) {
  const HttpServer server("127.0.0.1:0", echoes);
  EXPECT_EQ(get(server, "/metrics?name=x"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 8\r\n"
            "Connection: close\r\n\r\n/metrics");
}

TEST(HttpServer, RefusesOtherMethods) {
  const HttpServer server("127.0.0.1:0", echoes);
  const Client client(server.port());
  client.say("POST / HTTP/1.1\r\n\r\n");
  EXPECT_THAT(client.hear(), StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
}

TEST(HttpServer, TellsWhyItsHandlerFailed) {
  const auto fail = [](const std::string&) -> HttpAnswer { throw std::runtime_error("no kernel"); };
  for (const auto& handlers : {HttpHandlers{.at_once = fail, .slowly = echo}, slow_metrics(fail)}) {
    const HttpServer server("127.0.0.1:0", handlers);
    const auto answer = get(server, "/metrics");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(answer, EndsWith("\r\n\r\nno kernel\n"));
  }
}

TEST(HttpServer, RefusesARequestThatIsTooLong) {
  const HttpServer server("127.0.0.1:0", echoes);
  const Client client(server.port());
  client.say("GET /" + std::string(8192 - 5, 'x'));
  EXPECT_THAT(client.hear(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(HttpServer, NamesAnAddressThatItCannotUse) {
  EXPECT_THROW(HttpServer("localhost:0", echoes), kernel::KernelError);
  const HttpServer server("127.0.0.1:0", echoes);
  EXPECT_THROW(HttpServer("127.0.0.1:" + std::to_string(server.port()), echoes), kernel::KernelError);
}

// Scrapes that wait for the kernel, and clients that say nothing.
TEST(HttpServer, AnswersWhileOthersAreSlow) {
  std::latch done(1);
  const HttpServer server("127.0.0.1:0", slow_metrics([&](const std::string& path) {
                            done.wait();
                            return echo(path);
                          }));
  std::vector<std::jthread> scrapes(5);
  for (auto& scrape : scrapes) {
    scrape = std::jthread([&] { EXPECT_THAT(get(server, "/metrics"), EndsWith("/metrics")); });
  }
  std::list<Client> silent;
  for (int i = 0; i < 30; ++i) silent.emplace_back(server.port());
  const auto begin = Clock::now();
  EXPECT_THAT(get(server, "/healthz"), EndsWith("/healthz"));
  EXPECT_LT(Clock::now() - begin, 1900ms);  // not only when the silent ones are given up
  done.count_down();
}

// Each of them used to keep one of four threads for two seconds, and the next ones the threads after that.
TEST(HttpServer, AnswersWhileManySendAByteNowAndThen) {
  const HttpServer server("127.0.0.1:0", echoes);
  std::jthread others([&](const std::stop_token& stop) {
    std::list<Client> slow;
    while (!stop.stop_requested()) {
      while (slow.size() < 40) slow.emplace_back(server.port());
      slow.remove_if([](const Client& client) { return !client.say("x"); });
      std::this_thread::sleep_for(50ms);
    }
  });
  for (int i = 0; i < 20; ++i) {
    const auto begin = Clock::now();
    EXPECT_THAT(get(server, "/healthz"), EndsWith("/healthz"));
    EXPECT_LT(Clock::now() - begin, 1900ms);
    std::this_thread::sleep_for(200ms);
  }
}

TEST(HttpServer, GivesTheOldestClientsPlaceToTheNewest) {
  const HttpServer server("127.0.0.1:0", echoes);
  std::list<Client> silent;
  for (int i = 0; i < 64; ++i) silent.emplace_back(server.port());
  const auto begin = Clock::now();
  EXPECT_THAT(get(server, "/healthz"), EndsWith("/healthz"));
  EXPECT_EQ(silent.front().hear(), "");  // after two seconds it would have been told that it said nothing
  EXPECT_LT(Clock::now() - begin, 1900ms);
}

TEST(HttpServer, GivesUpAClientThatSendsItsRequestByTheByte) {
  const HttpServer server("127.0.0.1:0", echoes);
  const Client client(server.port());
  const auto begin = Clock::now();
  while (client.say("x") && Clock::now() - begin < 20s) std::this_thread::sleep_for(100ms);
  EXPECT_LT(Clock::now() - begin, 20s);
}

TEST(HttpServer, EndsWithoutWaitingForASlowClient) {
  std::optional<HttpServer> server;
  server.emplace("127.0.0.1:0", echoes);
  const Client silent(server->port());
  EXPECT_THAT(get(*server, "/"), HasSubstr(" 200 "));  // so that the silent one has been accepted
  server.reset();
  EXPECT_EQ(silent.hear(), "");  // after two seconds it would have been told that it said nothing
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
