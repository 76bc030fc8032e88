// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/registration.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <chrono>

#include "deviceplugin/kubelet/rpc/channel.h"
#include "kernel/fd.h"
#include "proto/kubelet/deviceplugin/v1beta1/api.grpc.pb.h"

namespace rxlease::deviceplugin::kubelet {

namespace {

constexpr std::chrono::seconds registration_limit{2};

std::string refusal_in(const grpc::Status& status) {
  if (status.ok()) return "";
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return "no answer within " + std::to_string(registration_limit.count()) + " s";
  }
  return status.error_message().empty() ? "it gives no reason" : status.error_message();
}

}  // namespace

bool is_listening(const std::string& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof(address.sun_path)) return false;
  socket.copy(address.sun_path, socket.size());
  const kernel::Fd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const bool connected =
      connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  return connected || errno == EAGAIN;  // EAGAIN: it has not accepted earlier clients yet
}

Registration::Registration(const std::string& socket, v1beta1::RegisterRequest request,
                           std::function<void()> on_end)
    : request_(std::move(request)), on_end_(std::move(on_end)) {
  context_.set_deadline(std::chrono::system_clock::now() + registration_limit);
  thread_ = std::thread([this, socket] { run(socket); });
}

Registration::~Registration() {
  context_.TryCancel();
  thread_.join();
}

std::optional<std::string> Registration::outcome() const {
  return has_ended_ ? std::optional(refusal_) : std::nullopt;
}

// The thread's entry.
void Registration::run(const std::string& socket) {
  try {
    v1beta1::Empty response;
    refusal_ = refusal_in(
        v1beta1::Registration::NewStub(connect_to(socket))->Register(&context_, request_, &response));
  } catch (const std::exception& error) {
    refusal_ = error.what();
  }
  has_ended_ = true;
  on_end_();
}

}  // namespace rxlease::deviceplugin::kubelet
