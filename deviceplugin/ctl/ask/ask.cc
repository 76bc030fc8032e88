// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/ask/ask.h"

#include <cerrno>
#include <chrono>
#include <stdexcept>

#include "kernel/error.h"
#include "kernel/process/seqpacket.h"
#include "proto/node.h"

namespace rxlease::deviceplugin::ctl {

namespace {

constexpr std::chrono::seconds connect_limit{1};

std::runtime_error unanswered(const std::string& socket, const std::string& reason) {
  return std::runtime_error(
      "the daemon does not answer at " + socket + ": " + reason +
      "; is rxlease-device-plugin running, of this release, and with this configuration?");
}

}  // namespace

std::string ask_daemon(const std::string& state_directory, const std::string& question, const Asker& asker) {
  const auto socket = proto::node_socket(state_directory);
  try {
    const auto daemon = kernel::SeqPacket::connect(socket, connect_limit);
    daemon.send(question);
    if (!daemon.wait(std::chrono::steady_clock::now() + asker.patience)) {
      throw unanswered(socket, "not within " + std::to_string(asker.patience.count()) + " seconds");
    }
    if (const auto answer = daemon.receive(proto::largest_node_message)) return answer->text;
  } catch (const kernel::KernelError& error) {
    if (error.error() == EACCES)
      throw std::runtime_error(asker.verb + " needs root to ask the daemon; run it with sudo");
    throw unanswered(socket, error.error() == ENOENT ? "there is no socket" : error.what());
  }
  throw unanswered(socket, "it ended the connection");
}

}  // namespace rxlease::deviceplugin::ctl
