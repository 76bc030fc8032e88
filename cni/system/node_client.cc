// SPDX-License-Identifier: Apache-2.0
#include "cni/system/node_client.h"

#include <cerrno>

#include "cni/spec/error.h"
#include "kernel/error.h"
#include "kernel/process/seqpacket.h"
#include "text/display.h"

namespace rxlease::cni {

namespace {

using proto::NodeError;

Error unanswered(const std::string& socket, const proto::QueuesQuestion& question,
                 const std::string& reason) {
  return {Code::try_again_later,
          "the node daemon does not tell which queues " + question.describe_pod() + " has: " + reason,
          "is rxlease-device-plugin running, and of this release? It is asked at " + text::display(socket) +
              " (\"stateDirectory\"), unless \"devices\" names the queues"};
}

std::string describe(const kernel::KernelError& error) {
  switch (error.error()) {
    case ENOENT:
      return "there is no socket";
    case ECONNREFUSED:
      return "nobody listens";
    case EAGAIN:
      return "it accepts no connections";
    case ECONNRESET:
    case EPIPE:
      return "it ended the connection without an answer";
    default:
      return error.what();
  }
}

std::string exchange(const std::string& socket, const proto::QueuesQuestion& question,
                     const NodeLimits& limits) {
  const auto deadline = std::chrono::steady_clock::now() + limits.whole;
  try {
    const auto daemon = kernel::SeqPacket::connect(socket, limits.connect);
    daemon.send(proto::to_message(question));
    if (!daemon.wait(deadline)) {
      throw unanswered(socket, question,
                       "no answer within " + std::to_string(limits.whole.count()) + " milliseconds");
    }
    if (const auto answer = daemon.receive(proto::largest_node_message)) return answer->text;
  } catch (const kernel::KernelError& error) {
    throw unanswered(socket, question, describe(error));
  }
  throw unanswered(socket, question, "it ended the connection without an answer");
}

Code code_of(NodeError::Kind kind) {
  return kind == NodeError::Kind::foreign_resource ? Code::invalid_config : Code::try_again_later;
}

}  // namespace

std::vector<kernel::DeviceId> ask_node(const std::string& socket, const proto::QueuesQuestion& question,
                                       const NodeLimits& limits) {
  try {
    return proto::parse_answer(exchange(socket, question, limits)).devices;
  } catch (const NodeError& error) {
    throw Error(code_of(error.kind()), error.what(), error.remedy());
  }
}

std::optional<kernel::SeqPacket> tell_node(const std::string& socket, const proto::TakeQuestion& question) {
  constexpr std::chrono::milliseconds connect{100};
  try {
    auto daemon = kernel::SeqPacket::connect(socket, connect);
    daemon.send(proto::to_message(question));
    return daemon;
  } catch (const kernel::KernelError&) {
    return std::nullopt;
  }
}

}  // namespace rxlease::cni
