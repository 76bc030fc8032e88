// SPDX-License-Identifier: Apache-2.0
#include "deploy/examples/afxdp/hand_over.h"

#include <bpf/bpf.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "deploy/examples/zerocopy/failure.h"

namespace rxlease::examples {

namespace {

constexpr std::string_view request = "/xsk_fd";
constexpr std::string_view consent = "/xsk_fd_ack";
constexpr std::chrono::seconds patience_with_daemon{5};
constexpr std::chrono::milliseconds between_attempts{50};

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

// Nobody listens while the daemon is restarted, as by an update, and a container may start just then.
void connect_to(const File& file, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) throw std::runtime_error(path + " is too long");
  path.copy(address.sun_path, path.size());
  const auto deadline = std::chrono::steady_clock::now() + patience_with_daemon;
  while (connect(file.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    const bool may_yet_listen = errno == ECONNREFUSED || errno == ENOENT;
    if (!may_yet_listen || std::chrono::steady_clock::now() >= deadline) fail("connect to " + path);
    std::this_thread::sleep_for(between_attempts);
  }
}

void send_with(const File& file, std::string text, int attached) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = CMSG_LEN(sizeof(int));
  auto* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &attached, sizeof(attached));
  if (sendmsg(file.fd(), &message, 0) < 0) fail("sendmsg");
}

}  // namespace

void hand_over(const std::string& folder, int xdp_socket) {
  const File daemon(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (daemon.fd() < 0) fail("socket AF_UNIX");
  connect_to(daemon, folder + "/afxdp.sock");
  send_with(daemon, std::string(request), xdp_socket);
  std::array<char, 256> answer{};
  const auto length = recv(daemon.fd(), answer.data(), answer.size(), 0);
  if (length < 0) fail("recv");
  const std::string text(answer.data(), static_cast<std::size_t>(length));
  if (text != consent) throw std::runtime_error("the queue is not handed over: " + text);
}

void put_into_map(const std::string& folder, std::uint32_t queue, int xdp_socket) {
  const auto path = folder + "/xsks_map";
  const File map(bpf_obj_get(path.c_str()));
  if (map.fd() < 0) fail("bpf OBJ_GET " + path);
  if (bpf_map_update_elem(map.fd(), &queue, &xdp_socket, BPF_ANY) != 0) fail("bpf MAP_UPDATE_ELEM");
}

}  // namespace rxlease::examples
