// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/node/node_server.h"

#include <poll.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>

#include "kernel/error.h"

namespace rxlease::deviceplugin::node {

namespace {

constexpr std::size_t thread_count = 4;
constexpr mode_t root_only = 0600;
constexpr std::chrono::seconds question_limit{1};  // from the connection to the question

}  // namespace

NodeServer::NodeServer(const NodeService& service, const std::string& state_directory)
    : service_(service), path_(proto::node_socket(state_directory)), listener_(path_, root_only) {
  for (std::size_t i = 0; i < thread_count; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
}

NodeServer::~NodeServer() {
  ending_.set();
  for (auto& thread : threads_) thread.request_stop();
}

bool NodeServer::is_there() const {
  std::error_code unknown;
  return std::filesystem::is_socket(std::filesystem::symlink_status(path_, unknown));
}

// All threads wake up for a connection, and one of them gets it.
void NodeServer::run(const std::stop_token& stop) const {
  std::array<pollfd, 2> fds{pollfd{ending_.fd(), POLLIN, 0}, pollfd{listener_.fd(), POLLIN, 0}};
  for (;;) {
    poll(fds.data(), fds.size(), -1);
    if (fds[0].revents != 0) return;
    const auto plugin = listener_.accept();
    if (!plugin) continue;
    try {
      serve(*plugin, stop);
    } catch (const std::exception& error) {
      spdlog::error("a question of the CNI plugin was not answered: {}", error.what());
    }
  }
}

void NodeServer::serve(const kernel::SeqPacket& plugin, const std::stop_token& stop) const {
  if (plugin.peer().uid != 0) return;  // whoever handed the descriptor on
  if (!plugin.wait(std::chrono::steady_clock::now() + question_limit)) return;
  const auto question = plugin.receive(proto::largest_node_message);
  if (!question) return;
  try {
    plugin.send(service_.answer(question->text, stop));
  } catch (const kernel::KernelError& error) {
    // Whoever says that it takes queues need not wait for the answer.
    if (error.error() != EPIPE && error.error() != ECONNRESET) throw;
  }
}

}  // namespace rxlease::deviceplugin::node
