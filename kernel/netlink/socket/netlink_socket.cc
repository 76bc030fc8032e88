// SPDX-License-Identifier: Apache-2.0
#include "kernel/netlink/socket/netlink_socket.h"

#include <linux/netlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace rxlease::kernel {

namespace {

constexpr int receive_buffer_bytes = 64 * 1024;  // dumps come in parts of at most 32 KiB
constexpr int silence_limit_seconds = 30;
constexpr int dump_attempts = 10;

// The set of attributes behind an acknowledgement, enum nlmsgerr_attrs.
struct Extack {
  std::string msg;
  static constexpr auto attributes() { return std::tuple{Attribute{NLMSGERR_ATTR_MSG, &Extack::msg}}; }
};

// What libnl's callbacks collect of one answer.
struct Answer {
  std::vector<Message> messages;
  int error = 0;  // positive errno
  std::string extack;
  bool complete = false;
};

// libnl maps errnos to its own, smaller set and drops the extack, so both are read from the message itself.
// `fixed`: the number of bytes before the extack's attributes.
void note_error(Answer& answer, int error, const nlmsghdr& header, std::size_t fixed) {
  answer.error = -error;
  answer.complete = true;
  const std::span payload{static_cast<const std::uint8_t*>(nlmsg_data(&header)),
                          static_cast<std::size_t>(nlmsg_datalen(&header))};
  if ((header.nlmsg_flags & NLM_F_ACK_TLVS) != 0 && payload.size() > fixed) {
    answer.extack = decode<Extack>(payload.subspan(fixed)).msg;
  }
}

int on_valid(nl_msg* message, void* argument) {
  const nlmsghdr* header = nlmsg_hdr(message);
  const auto* data = static_cast<const std::uint8_t*>(nlmsg_data(header));
  static_cast<Answer*>(argument)->messages.push_back(
      {header->nlmsg_type, Bytes(data, data + nlmsg_datalen(header))});
  return NL_OK;
}

int on_ack(nl_msg*, void* argument) {
  static_cast<Answer*>(argument)->complete = true;
  return NL_STOP;
}

// The end of a dump carries its result: 0, or an errno with an extack behind it.
int on_finish(nl_msg* message, void* argument) {
  auto& answer = *static_cast<Answer*>(argument);
  const nlmsghdr* header = nlmsg_hdr(message);
  int result = 0;
  if (nlmsg_datalen(header) >= static_cast<int>(sizeof(result))) {
    std::memcpy(&result, nlmsg_data(header), sizeof(result));
  }
  answer.complete = true;
  if (result < 0) note_error(answer, result, *header, sizeof(result));
  return NL_STOP;
}

int on_error(sockaddr_nl*, nlmsgerr* error, void* argument) {
  const auto* header = reinterpret_cast<const nlmsghdr*>(reinterpret_cast<const char*>(error) - NLMSG_HDRLEN);
  const bool capped = (header->nlmsg_flags & NLM_F_CAPPED) != 0;
  const std::size_t echoed = capped ? 0 : NLMSG_ALIGN(error->msg.nlmsg_len) - sizeof(nlmsghdr);
  note_error(*static_cast<Answer*>(argument), error->error, *header, sizeof(nlmsgerr) + echoed);
  return NL_STOP;
}

struct FreeCallbacks {
  void operator()(nl_cb* callbacks) const { nl_cb_put(callbacks); }
};
struct FreeMessage {
  void operator()(nl_msg* message) const { nlmsg_free(message); }
};

void set_option(nl_sock* socket, int level, int option, const void* value, socklen_t size) {
  if (setsockopt(nl_socket_get_fd(socket), level, option, value, size) != 0) {
    throw_errno("setsockopt netlink");
  }
}

void send(nl_sock* socket, const Request& request) {
  const std::unique_ptr<nl_msg, FreeMessage> message(nlmsg_alloc_size(NLMSG_SPACE(request.payload.size())));
  if (!message) throw KernelError(request.operation, ENOMEM);
  nlmsghdr* header = nlmsg_put(message.get(), NL_AUTO_PORT, NL_AUTO_SEQ, request.type, 0,
                               NLM_F_REQUEST | NLM_F_ACK | request.flags);
  if (header == nullptr || (!request.payload.empty() &&
                            nlmsg_append(message.get(), const_cast<std::uint8_t*>(request.payload.data()),
                                         request.payload.size(), NLMSG_ALIGNTO) < 0)) {
    throw KernelError(request.operation, ENOMEM);
  }
  errno = 0;
  const int sent = nl_send_auto(socket, message.get());
  if (sent < 0) throw KernelError(request.operation, errno != 0 ? errno : EIO, nl_geterror(sent));
}

using Callbacks = std::unique_ptr<nl_cb, FreeCallbacks>;

Callbacks collect_in(Answer& answer, const Request& request) {
  Callbacks callbacks(nl_cb_alloc(NL_CB_DEFAULT));
  if (!callbacks) throw KernelError(request.operation, ENOMEM);
  nl_cb_set(callbacks.get(), NL_CB_VALID, NL_CB_CUSTOM, on_valid, &answer);
  nl_cb_set(callbacks.get(), NL_CB_ACK, NL_CB_CUSTOM, on_ack, &answer);
  nl_cb_set(callbacks.get(), NL_CB_FINISH, NL_CB_CUSTOM, on_finish, &answer);
  nl_cb_err(callbacks.get(), NL_CB_CUSTOM, on_error, &answer);
  return callbacks;
}

// Reads the next part of the answer. Returns false when the dump was interrupted.
bool receive_part(nl_sock* socket, const Request& request, const Callbacks& callbacks, const Answer& answer) {
  errno = 0;
  const int result = nl_recvmsgs(socket, callbacks.get());
  if (result == -NLE_DUMP_INTR) return false;
  if (result < 0 && !answer.complete) {
    const bool silent = errno == EAGAIN || errno == EWOULDBLOCK;
    throw KernelError(request.operation, silent ? ETIMEDOUT : errno != 0 ? errno : EIO, nl_geterror(result));
  }
  return true;
}

// Reads until the answer is complete. Returns false when the dump was interrupted and must be repeated.
bool receive(nl_sock* socket, const Request& request, Answer& answer) {
  const auto callbacks = collect_in(answer, request);
  bool whole = true;
  while (!answer.complete) whole = receive_part(socket, request, callbacks, answer) && whole;
  return whole;
}

}  // namespace

void NetlinkSocket::Free::operator()(nl_sock* socket) const {
  nl_socket_free(socket);
}

NetlinkSocket::NetlinkSocket(int protocol) : socket_(nl_socket_alloc()) {
  if (!socket_) throw KernelError("socket AF_NETLINK", ENOMEM);
  errno = 0;
  if (const int result = nl_connect(socket_.get(), protocol); result < 0) {
    throw KernelError("socket AF_NETLINK", errno != 0 ? errno : EIO, nl_geterror(result));
  }
  nl_socket_set_msg_buf_size(socket_.get(), receive_buffer_bytes);
  nl_socket_disable_msg_peek(socket_.get());
  const int on = 1;
  const timeval limit{silence_limit_seconds, 0};
  set_option(socket_.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
  set_option(socket_.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
  set_option(socket_.get(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
  set_option(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

std::vector<Message> NetlinkSocket::exchange(const Request& request) {
  for (int attempt = 0; attempt < dump_attempts; ++attempt) {
    send(socket_.get(), request);
    Answer answer;
    const bool whole = receive(socket_.get(), request, answer);
    if (answer.error != 0) throw KernelError(request.operation, answer.error, answer.extack);
    if (whole) return std::move(answer.messages);
  }
  throw KernelError(request.operation, EAGAIN, "the dump was interrupted by changes again and again");
}

void NetlinkSocket::browse(const Request& request, const Take& take) {
  send(socket_.get(), request);
  Answer answer;
  const auto callbacks = collect_in(answer, request);
  while (!answer.complete) {
    receive_part(socket_.get(), request, callbacks, answer);
    for (const auto& message : std::exchange(answer.messages, {})) {
      if (!take(message)) return;
    }
  }
  if (answer.error != 0) throw KernelError(request.operation, answer.error, answer.extack);
}

}  // namespace rxlease::kernel
