// SPDX-License-Identifier: Apache-2.0
#include "tests/system/daemon/daemon_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "kernel/fd.h"

namespace rxlease::tests {

namespace {

ChildProcess start(const std::string& config, const std::string& log, std::optional<rlim_t> descriptors) {
  const char* build = std::getenv("RXLEASE_BUILD");
  if (build == nullptr) throw std::runtime_error("RXLEASE_BUILD is not set: the build tree to test");
  ChildProcess::Options options;
  options.arguments = {"--config", config};
  options.before_exec = [log, descriptors] {
    dup2(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644), STDERR_FILENO);
    if (!descriptors) return;
    const rlimit limit{*descriptors, *descriptors};
    setrlimit(RLIMIT_NOFILE, &limit);
  };
  return {std::string(build) + "/bin/rxlease-device-plugin", options};
}

}  // namespace

HttpResponse http_get(std::uint16_t port, const std::string& path) {
  const kernel::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) <= 0) {
    return {};
  }
  std::string answer;
  std::array<char, 4096> block{};
  for (ssize_t got = 0; (got = recv(socket.get(), block.data(), block.size(), 0)) > 0;) {
    answer.append(block.data(), static_cast<std::size_t>(got));
  }
  const auto status = answer.find(' ');
  const auto body = answer.find("\r\n\r\n");
  if (status == std::string::npos || body == std::string::npos) return {};
  return {std::stoi(answer.substr(status + 1)), answer.substr(body + 4)};
}

std::map<std::string, std::uint64_t> sleeps(pid_t pid) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    std::string name, key;
    std::getline(std::ifstream(task.path() / "comm"), name);
    std::ifstream status(task.path() / "status");
    while (status >> key && key != "voluntary_ctxt_switches:") status.ignore(1000, '\n');
    status >> counts[name + " " + task.path().filename().string()];
  }
  return counts;
}

DaemonProcess::DaemonProcess(const std::string& config, const std::string& log,
                             std::optional<rlim_t> descriptors)
    : process_(start(config, log, descriptors)) {}

Finished DaemonProcess::end(int signal) {
  process_.kill(signal);
  return process_.wait();
}

}  // namespace rxlease::tests
