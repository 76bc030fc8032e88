// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/hand_off.h"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <utility>
#include <vector>

#include "kernel/error.h"
#include "kernel/files.h"
#include "kernel/process/descriptors.h"

namespace rxlease::deviceplugin::xdp {

namespace {

using kernel::DeviceId;
using kernel::KernelError;

constexpr const char* socket_name = "/afxdp.sock";
constexpr mode_t folder_mode = 0755;
constexpr std::size_t most_connections = 4;          // of one device, so that no pod takes all descriptors
constexpr std::uint64_t reserved_descriptors = 256;  // for the rest of the daemon

// As many as have their listener and all their connections open at once.
std::size_t most_devices(std::uint64_t descriptors) {
  return descriptors <= reserved_descriptors ? 0
                                             : (descriptors - reserved_descriptors) / (1 + most_connections);
}

// Answers a request on a connection. False: it has ended, or its client does not read.
bool serve_one(const kernel::SeqPacket& socket, Handshake& handshake) {
  try {
    const auto packet = socket.receive();
    if (!packet) return false;
    const auto answer = handshake.answer(*packet);
    socket.send(answer.text, answer.fd);
    return !answer.is_last;
  } catch (const KernelError& error) {
    return error.operation() == "recvmsg" && (error.error() == EAGAIN || error.error() == EINTR);
  }
}

}  // namespace

HandOff::HandOff(AfXdp& af_xdp, const std::string& state_directory)
    : af_xdp_(af_xdp),
      directory_(state_directory + "/devices/"),
      store_(state_directory),
      news_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { run(); }) {}

HandOff::~HandOff() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake();
  thread_.join();
}

pools::Verdicts HandOff::serve(const std::set<DeviceId>& devices) {
  const auto limit = kernel::descriptor_limit();
  const auto most = most_devices(limit);
  pools::Verdicts verdicts;
  const std::scoped_lock lock(mutex_);
  std::set<DeviceId> wanted;
  std::ranges::set_intersection(wanted_, devices, std::inserter(wanted, wanted.end()));
  for (const auto& device : devices) {
    if (wanted.contains(device)) continue;
    if (wanted.size() < most) {
      wanted.insert(device);
    } else {
      verdicts.against_queue(device, "no descriptor is left for its afxdp.sock: the daemon's limit of " +
                                         std::to_string(limit) + " suffices for " + std::to_string(most) +
                                         " AF_XDP queues; raise it (LimitNOFILE of the runtime's service)");
    }
  }
  const bool all_there =
      std::ranges::all_of(wanted, [&](const DeviceId& device) { return is_there(device); });
  if (wanted_ != wanted || !all_there || !failures_.empty()) {
    wanted_ = std::move(wanted);
    wake();
  }
  return verdicts;
}

std::string HandOff::path_of(const DeviceId& device) const {
  return directory_ + device.to_string() + socket_name;
}

// Somebody may have cleared the state directory.
bool HandOff::is_there(const DeviceId& device) const {
  std::error_code unknown;
  return std::filesystem::is_socket(path_of(device), unknown);
}

void HandOff::wake() const {
  eventfd_write(news_.get(), 1);
}

void HandOff::listen() {
  std::set<DeviceId> wanted;
  {
    const std::scoped_lock lock(mutex_);
    wanted = wanted_;
    std::erase_if(failures_, [&](const auto& entry) { return !wanted.contains(entry.first); });
  }
  std::erase_if(listeners_,
                [&](const auto& entry) { return !wanted.contains(entry.first) || !is_there(entry.first); });
  connections_.remove_if([&](const auto& connection) { return !wanted.contains(connection.device); });
  for (const auto& device : wanted) {
    if (!listeners_.contains(device)) listen_for(device);
  }
}

// If the socket cannot be made, the device has none until the next scan; its pods still have the pinned map.
void HandOff::listen_for(const DeviceId& device) {
  std::string failure;
  try {
    kernel::make_directory(directory_ + device.to_string(), folder_mode);
    listeners_.emplace(device, kernel::SeqPacketListener(path_of(device)));
  } catch (const std::exception& error) {
    failure = error.what();
  }
  const std::scoped_lock lock(mutex_);
  if (failure.empty()) {
    failures_.erase(device);
  } else if (std::exchange(failures_[device], failure) != failure) {
    spdlog::error("{}: {}", device.to_string(), failure);
  }
}

void HandOff::accept(const DeviceId& device, const kernel::SeqPacketListener& listener) {
  auto socket = listener.accept();
  if (!socket) return;
  const auto count = std::ranges::count_if(
      connections_, [&](const auto& connection) { return connection.device == device; });
  if (static_cast<std::size_t>(count) >= most_connections) return;
  try {
    const auto peer = socket->peer();
    connections_.push_back({device, std::move(*socket), Handshake(device, peer, {store_, af_xdp_, log_})});
  } catch (const KernelError& error) {
    log_.info(device, error.what());
  }
}

void HandOff::run() {
  for (;;) {
    std::vector<pollfd> fds{{news_.get(), POLLIN, 0}};
    for (const auto& [device, listener] : listeners_) fds.push_back({listener.fd(), POLLIN, 0});
    for (const auto& connection : connections_) fds.push_back({connection.socket.fd(), POLLIN, 0});
    poll(fds.data(), fds.size(), -1);
    auto ready = std::next(fds.begin(), 1 + static_cast<std::ptrdiff_t>(listeners_.size()));
    std::erase_if(connections_, [&](Connection& connection) {
      const auto events = (ready++)->revents;
      return events != 0 && !serve_one(connection.socket, connection.handshake);
    });
    ready = std::next(fds.begin());
    for (const auto& [device, listener] : listeners_) {
      if ((ready++)->revents != 0) accept(device, listener);
    }
    if (fds.front().revents == 0) continue;
    eventfd_t ignored = 0;
    eventfd_read(news_.get(), &ignored);
    {
      const std::scoped_lock lock(mutex_);
      if (ending_) return;
    }
    listen();
  }
}

}  // namespace rxlease::deviceplugin::xdp
