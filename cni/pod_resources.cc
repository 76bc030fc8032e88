// SPDX-License-Identifier: Apache-2.0
#include "cni/pod_resources.h"

#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <grpcpp/create_channel_posix.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <thread>

#include "cni/conf/error.h"
#include "kernel/error.h"
#include "kernel/fd.h"
#include "proto/kubelet/podresources/v1/api.grpc.pb.h"
#include "text/display.h"

namespace rxlease::cni {

namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;  // gRPC's deadlines are of this clock

constexpr milliseconds first_pause{20};
constexpr milliseconds longest_pause{500};
constexpr int largest_reply = 16 * 1024 * 1024;  // bytes; gRPC's default of 4 MiB is too little for List

// gRPC while it is needed. The destructor waits for its threads, because what follows changes namespaces and
// starts IPAM plugins. gRPC logs nothing, because standard error is the runtime's; failures are in the
// status.
class Library {
 public:
  Library() {
    gpr_set_log_function([](gpr_log_func_args*) {});
    grpc_init();
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    grpc_shutdown_blocking();
    // A channel counts as a user of the library, and one of gRPC's threads may be destroying it just now.
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{1};
    while (!shared_ && grpc_is_initialized() != 0 && std::chrono::steady_clock::now() < limit)
      std::this_thread::sleep_for(milliseconds{1});
  }

 private:
  const bool shared_ = grpc_is_initialized() != 0;  // by the process's other users, a test's server
};

[[noreturn]] void fail(const AllocationQuery& query, const std::string& reason) {
  throw Error(Code::try_again_later,
              "kubelet does not tell which queues " + query.describe_pod() + " has: " + reason,
              "it is asked at " + text::display(query.socket) +
                  " (\"podResourcesSocket\"): try again when kubelet answers there; it is not asked when "
                  "\"devices\" names the queues");
}

// An address of a Unix socket, in the type that connect() wants.
class SocketAddress {
 public:
  explicit SocketAddress(const std::string& path) {
    address_.sun_family = AF_UNIX;
    path.copy(&address_.sun_path[0], sizeof(address_.sun_path) - 1);
  }
  const sockaddr* get() const { return static_cast<const sockaddr*>(static_cast<const void*>(&address_)); }
  static constexpr socklen_t size = sizeof(sockaddr_un);

 private:
  sockaddr_un address_{};
};

// A connection of our own instead of gRPC's: it takes any path, and errno distinguishes a missing socket from
// a kubelet that is restarting. Empty in the latter case.
kernel::Fd connect_to_kubelet(const AllocationQuery& query) {
  kernel::Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) kernel::throw_errno("socket AF_UNIX");
  if (connect(fd.get(), SocketAddress(query.socket).get(), SocketAddress::size) == 0) return fd;
  const int error = errno;
  if (error == ECONNREFUSED || error == EAGAIN || error == EINTR) return {};
  if (error == ENOENT || error == ENOTDIR) fail(query, "there is no socket " + text::display(query.socket));
  fail(query, kernel::KernelError("connect", error).what());
}

// What kubelet said. `pod` is empty when it does not know the pod.
struct Answer {
  grpc::Status status;
  std::optional<v1::PodResources> pod;
};

// One attempt, on a connection of its own.
class Attempt {
 public:
  Attempt(const AllocationQuery& query, kernel::Fd connection, system_clock::time_point deadline)
      : query_(query), deadline_(deadline) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(largest_reply);
    arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, "localhost");
    stub_ = v1::PodResourcesLister::NewStub(
        grpc::CreateCustomInsecureChannelFromFd("kubelet", connection.release(), arguments));
  }

  Answer ask() const {
    auto answer = get();
    const auto code = answer.status.error_code();
    const bool open = code == grpc::StatusCode::UNIMPLEMENTED || code == grpc::StatusCode::UNKNOWN;
    return open ? list() : answer;
  }

 private:
  Answer get() const {
    grpc::ClientContext context;
    context.set_deadline(deadline_);
    v1::GetPodResourcesRequest request;
    request.set_pod_name(query_.pod_name);
    request.set_pod_namespace(query_.pod_namespace);
    v1::GetPodResourcesResponse response;
    Answer answer{stub_->Get(&context, request, &response), {}};
    if (response.has_pod_resources()) answer.pod = std::move(*response.mutable_pod_resources());
    return answer;
  }

  Answer list() const {
    grpc::ClientContext context;
    context.set_deadline(deadline_);
    v1::ListPodResourcesResponse response;
    Answer answer{stub_->List(&context, {}, &response), {}};
    for (auto& pod : *response.mutable_pod_resources()) {
      if (pod.name() == query_.pod_name && pod.namespace_() == query_.pod_namespace)
        answer.pod = std::move(pod);
    }
    return answer;
  }

  const AllocationQuery& query_;
  system_clock::time_point deadline_;
  std::unique_ptr<v1::PodResourcesLister::Stub> stub_;
};

Answer ask_once(const AllocationQuery& query, system_clock::time_point deadline) {
  auto connection = connect_to_kubelet(query);
  if (!connection) return {{grpc::StatusCode::UNAVAILABLE, "nobody accepts connections"}, {}};
  return Attempt(query, std::move(connection), deadline).ask();
}

// RESOURCE_EXHAUSTED means that kubelet is asked too often, or that its reply is too large; retrying helps
// against the first only.
bool is_temporary(const grpc::Status& status) {
  const auto code = status.error_code();
  const bool too_large = status.error_message().find("larger than max") != std::string::npos;
  return code == grpc::StatusCode::UNAVAILABLE ||
         (code == grpc::StatusCode::RESOURCE_EXHAUSTED && !too_large);
}

std::string describe(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) return "it does not answer";
  return "gRPC status " + std::to_string(status.error_code()) + ", " + text::display(status.error_message());
}

std::vector<std::string> devices_of(const v1::PodResources& pod, const std::string& resource) {
  std::vector<std::string> ids;
  for (const auto& container : pod.containers()) {
    for (const auto& devices : container.devices()) {
      if (devices.resource_name() != resource) continue;
      ids.insert(ids.end(), devices.device_ids().begin(), devices.device_ids().end());
    }
  }
  return ids;
}

}  // namespace

std::vector<std::string> ask_kubelet(const AllocationQuery& query, milliseconds timeout) {
  const Library library;
  const auto deadline = system_clock::now() + timeout;
  for (milliseconds pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    const auto answer = ask_once(query, deadline);
    if (answer.status.ok()) {
      if (answer.pod) return devices_of(*answer.pod, query.resource);
      fail(query, "it does not know the pod");
    }
    if (!is_temporary(answer.status) || system_clock::now() + pause > deadline) {
      fail(query, describe(answer.status));
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace rxlease::cni
