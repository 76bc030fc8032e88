// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/http/http_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace rxlease::deviceplugin::operate {

namespace {

constexpr std::size_t longest_request = 8192;
constexpr std::chrono::seconds patience{2};

const char* phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

std::string to_text(const HttpAnswer& answer) {
  return "HTTP/1.1 " + std::to_string(answer.status) + " " + phrase(answer.status) +
         "\r\nContent-Type: " + answer.content_type +
         "\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\nConnection: close\r\n\r\n" +
         answer.body;
}

bool is_temporary(int error) {
  return error == EAGAIN || error == EINTR;
}

}  // namespace

HttpConnection::HttpConnection(kernel::Fd socket, Clock::time_point now)
    : socket_(std::move(socket)), deadline_(now + patience) {}

short HttpConnection::events() const {
  if (stage_ == Stage::reading) return POLLIN;
  return stage_ == Stage::writing ? POLLOUT : 0;
}

std::optional<std::string> HttpConnection::proceed(short happened, Clock::time_point now) {
  std::optional<std::string> path;
  if (stage_ == Stage::waiting) {
    if (happened != 0) stage_ = Stage::ended;  // the client has hung up
  } else if (happened != 0) {
    if (stage_ == Stage::reading) {
      path = read(now);
    } else {
      write();
    }
  }
  if (now < deadline_) return path;
  if (stage_ == Stage::reading) {
    answer({.status = 400, .body = "no request of at most 8192 bytes came within 2 seconds\n"}, now);
  } else if (stage_ == Stage::writing) {
    stage_ = Stage::ended;
  }
  return path;
}

std::optional<std::string> HttpConnection::read(Clock::time_point now) {
  std::array<char, 1024> block{};
  const ssize_t got = recv(socket_.get(), block.data(), block.size(), MSG_DONTWAIT);
  if (got < 0 && is_temporary(errno)) return std::nullopt;
  if (got <= 0) {
    stage_ = Stage::ended;
    return std::nullopt;
  }
  head_.append(block.data(), static_cast<std::size_t>(got));
  if (head_.find("\r\n\r\n") != std::string::npos) return path_of_request(now);
  if (head_.size() >= longest_request) {
    answer({.status = 400, .body = "no request of at most 8192 bytes came within 2 seconds\n"}, now);
  }
  return std::nullopt;
}

std::optional<std::string> HttpConnection::path_of_request(Clock::time_point now) {
  constexpr std::string_view get = "GET ";
  if (!head_.starts_with(get)) {
    answer({.status = 405, .body = "only GET is answered here\n"}, now);
    return std::nullopt;
  }
  stage_ = Stage::waiting;
  deadline_ = Clock::time_point::max();
  return head_.substr(get.size(), head_.find_first_of(" ?\r\n", get.size()) - get.size());
}

void HttpConnection::answer(const HttpAnswer& answer, Clock::time_point now) {
  if (has_ended()) return;
  left_ = to_text(answer);
  stage_ = Stage::writing;
  deadline_ = now + patience;
  write();
}

void HttpConnection::write() {
  const ssize_t sent = send(socket_.get(), left_.data(), left_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && is_temporary(errno)) return;
  if (sent > 0) left_.erase(0, static_cast<std::size_t>(sent));
  if (sent <= 0 || left_.empty()) stage_ = Stage::ended;
}

}  // namespace rxlease::deviceplugin::operate
