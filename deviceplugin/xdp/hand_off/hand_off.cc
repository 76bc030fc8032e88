// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/xdp/hand_off/hand_off.h"

#include <poll.h>
#include <spdlog/spdlog.h>

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

// A listener, its connections and one more that is being refused, and a descriptor that came by each of them.
constexpr std::uint64_t descriptors_of_device = 1 + (most_connections + 1) + most_connections;

// As many as can have all that open at once.
std::size_t most_devices(std::uint64_t descriptors) {
  return descriptors <= reserved_descriptors ? 0
                                             : (descriptors - reserved_descriptors) / descriptors_of_device;
}

// Answers a request on a connection, and closes what came with it. False: the connection has ended, or its
// client does not read.
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

HandOff::HandOff(AfXdp& af_xdp, const std::string& state_directory, prometheus::Registry& registry,
                 std::chrono::milliseconds patience)
    : directory_(state_directory + "/devices/"),
      office_(std::make_shared<Office>(af_xdp, state_directory)),
      side_threads_(office_->log(), registry, patience),
      thread_([this] { run(); }) {}

HandOff::~HandOff() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake();
  thread_.join();
  office_->close();
}

pools::Verdicts HandOff::serve(const std::set<DeviceId>& devices) {
  const auto limit = kernel::descriptor_limit();
  const auto most = most_devices(limit);
  pools::Verdicts verdicts;
  std::unique_lock lock(mutex_);
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
    listens_ = false;
    wake();
    listening_.wait(lock, [this] { return listens_; });
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
  news_.set();
}

void HandOff::listen() {
  std::set<DeviceId> wanted;
  {
    const std::scoped_lock lock(mutex_);
    wanted = wanted_;
    std::erase_if(failures_, [&](const auto& entry) { return !wanted.contains(entry.first); });
  }
  for (auto listener = listeners_.begin(); listener != listeners_.end();) {
    const auto at = listener++;
    if (wanted.contains(at->first) && is_there(at->first)) continue;
    close(at->first, "programs that called", at->second.retire());
    listeners_.erase(at);
  }
  for (auto connection = connections_.begin(); connection != connections_.end();) {
    const auto at = connection++;
    if (wanted.contains(at->device)) continue;
    close(at->device, at->peer.describe(), std::move(at->socket));
    connections_.erase(at);
  }
  for (const auto& device : wanted) {
    if (!listeners_.contains(device)) listen_for(device);
  }
  {
    const std::scoped_lock lock(mutex_);
    listens_ = true;
  }
  listening_.notify_all();
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

// Those that side threads have count as well, also to be closed.
std::size_t HandOff::count(const DeviceId& device) const {
  const auto idle = std::ranges::count_if(
      connections_, [&](const auto& connection) { return connection.device == device; });
  return static_cast<std::size_t>(idle) + side_threads_.count(device);
}

// With all its connections in use a device has another one accepted only to be refused, and that once it is
// clear that none of them is about to end.
bool HandOff::may_accept(const DeviceId& device) const {
  const auto now = count(device);
  return now < most_connections || (now == most_connections && !side_threads_.is_busy(device));
}

template <typename Closed>
void HandOff::close(const DeviceId& device, const std::string& who, Closed closed) {
  side_threads_.start(
      {.device = device, .who = who, .run = [held = std::make_shared<Closed>(std::move(closed))]() mutable {
         held.reset();
       }});
}

void HandOff::accept(const DeviceId& device, const kernel::SeqPacketListener& listener) {
  if (!may_accept(device)) return;  // a connection of the device has something to be served
  auto socket = listener.accept();
  if (!socket) return;
  try {
    const auto peer = socket->peer();
    if (count(device) >= most_connections) {
      close(device, peer.describe(), std::move(*socket));
    } else {
      connections_.push_back({device, peer, std::move(*socket), Handshake(device, peer, office_)});
    }
  } catch (const KernelError& error) {
    office_->log().info(device, error.what());
    close(device, "a program that called", std::move(*socket));
  }
}

void HandOff::serve_aside(Connection connection) {
  const auto device = connection.device;
  const auto who = connection.peer.describe();
  const auto held = std::make_shared<Connection>(std::move(connection));
  side_threads_.start({.device = device, .who = who, .run = [held, served = served_] {
                         if (!serve_one(held->socket, held->handshake)) return;
                         const std::scoped_lock lock(served->mutex);
                         if (!served->is_over) served->connections.push_back(std::move(*held));
                       }});
}

void HandOff::take_back() {
  std::vector<Connection> back;
  {
    const std::scoped_lock lock(served_->mutex);
    back.swap(served_->connections);
  }
  for (auto& connection : back) {
    if (listeners_.contains(connection.device)) {
      connections_.push_back(std::move(connection));
    } else {
      close(connection.device, connection.peer.describe(), std::move(connection.socket));
    }
  }
}

void HandOff::close_all() {
  {
    const std::scoped_lock lock(served_->mutex);
    served_->is_over = true;
  }
  take_back();
  for (auto& [device, listener] : listeners_) close(device, "programs that called", listener.retire());
  for (auto& connection : connections_) {
    close(connection.device, connection.peer.describe(), std::move(connection.socket));
  }
}

void HandOff::run() {
  for (;;) {
    std::vector<pollfd> fds{{news_.fd(), POLLIN, 0}, {side_threads_.fd(), POLLIN, 0}};
    for (const auto& [device, listener] : listeners_) {
      fds.push_back({may_accept(device) ? listener.fd() : -1, POLLIN, 0});
    }
    for (const auto& connection : connections_) fds.push_back({connection.socket.fd(), POLLIN, 0});
    poll(fds.data(), fds.size(), side_threads_.timeout());
    side_threads_.advance();
    auto ready = std::next(fds.begin(), 2 + static_cast<std::ptrdiff_t>(listeners_.size()));
    for (auto connection = connections_.begin(); connection != connections_.end(); ++ready) {
      const auto at = connection++;
      if (ready->revents == 0) continue;
      serve_aside(std::move(*at));
      connections_.erase(at);
    }
    take_back();
    ready = std::next(fds.begin(), 2);
    for (const auto& [device, listener] : listeners_) {
      if ((ready++)->revents != 0) accept(device, listener);
    }
    if (fds.front().revents == 0) continue;
    news_.clear();
    {
      const std::scoped_lock lock(mutex_);
      if (ending_) break;
    }
    listen();
  }
  close_all();
}

}  // namespace rxlease::deviceplugin::xdp
