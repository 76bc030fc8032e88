// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <latch>
#include <stdexcept>
#include <thread>

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
  HttpAnswer answer;
  answer.body = path;
  return answer;
}

TEST(HttpServer, AnswersAPathWithoutItsQuery) {
  const HttpServer server("127.0.0.1:0", echo);
  EXPECT_EQ(get(server, "/metrics?name=x"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 8\r\n"
            "Connection: close\r\n\r\n/metrics");
}

TEST(HttpServer, RefusesOtherMethods) {
  const HttpServer server("127.0.0.1:0", echo);
  const Client client(server.port());
  client.say("POST / HTTP/1.1\r\n\r\n");
  EXPECT_THAT(client.hear(), StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
}

TEST(HttpServer, TellsWhyItsHandlerFailed) {
  const HttpServer server("127.0.0.1:0",
                          [](const std::string&) -> HttpAnswer { throw std::runtime_error("no kernel"); });
  const auto answer = get(server, "/metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, EndsWith("\r\n\r\nno kernel\n"));
}

TEST(HttpServer, RefusesARequestThatIsTooLong) {
  const HttpServer server("127.0.0.1:0", echo);
  const Client client(server.port());
  client.say("GET /" + std::string(8192 - 5, 'x'));
  EXPECT_THAT(client.hear(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(HttpServer, NamesAnAddressThatItCannotUse) {
  EXPECT_THROW(HttpServer("localhost:0", echo), kernel::KernelError);
  const HttpServer server("127.0.0.1:0", echo);
  EXPECT_THROW(HttpServer("127.0.0.1:" + std::to_string(server.port()), echo), kernel::KernelError);
}

// A scrape that waits for the kernel, and clients that connect and say nothing.
TEST(HttpServer, AnswersWhileOthersAreSlow) {
  std::latch done(1);
  const HttpServer server("127.0.0.1:0", [&](const std::string& path) {
    if (path == "/metrics") done.wait();
    return echo(path);
  });
  std::jthread scrape([&] { EXPECT_THAT(get(server, "/metrics"), EndsWith("/metrics")); });
  const Client silent(server.port());
  const Client silent_too(server.port());
  EXPECT_THAT(get(server, "/healthz"), EndsWith("/healthz"));
  done.count_down();
}

TEST(HttpServer, GivesUpAClientThatSendsItsRequestByTheByte) {
  const HttpServer server("127.0.0.1:0", echo);
  const Client client(server.port());
  const auto begin = Clock::now();
  while (client.say("x") && Clock::now() - begin < 20s) std::this_thread::sleep_for(100ms);
  EXPECT_LT(Clock::now() - begin, 20s);
}

TEST(HttpServer, EndsWithoutWaitingForASlowClient) {
  std::optional<HttpServer> server;
  server.emplace("127.0.0.1:0", echo);
  const Client silent(server->port());
  EXPECT_THAT(get(*server, "/"), HasSubstr(" 200 "));  // so that the silent one has been accepted
  server.reset();
  EXPECT_EQ(silent.hear(), "");  // after two seconds it would have been told that it said nothing
}

}  // namespace
}  // namespace rxlease::deviceplugin::operate
