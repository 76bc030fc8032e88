// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/show/watch.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "kernel/process/termination.h"

namespace rxlease::deviceplugin::ctl {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds gathering{100};  // to wait for more notifications after the first

}  // namespace

Watch::Watch(kernel::Namespace& host, std::string state_directory, std::chrono::seconds rescan)
    : state_directory_(std::move(state_directory)),
      rescan_(rescan),
      links_(NETLINK_ROUTE, {RTNLGRP_LINK}),
      generic_(NETLINK_GENERIC, kernel::generic_groups(host)),
      signals_(kernel::block_termination()) {
  watch_directories();
}

// The first record makes the records' directory: until then the nearest existing parent is watched.
void Watch::watch_directories() {
  std::filesystem::path directory = state_directory_ + "/attachments";
  while (!watches_.watch(directory.string()) && directory.has_relative_path()) {
    directory = directory.parent_path();
  }
}

bool Watch::wait() {
  auto deadline = Clock::now() + rescan_;
  std::array<pollfd, 4> fds{pollfd{links_.fd(), POLLIN, 0}, pollfd{generic_.fd(), POLLIN, 0},
                            pollfd{watches_.fd(), POLLIN, 0}, pollfd{signals_.get(), POLLIN, 0}};
  for (bool news = false;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const int ready = poll(fds.data(), fds.size(), static_cast<int>(std::max<long>(left, 0)));
    if (ready == 0) return true;
    if (fds[3].revents != 0) return false;
    links_.drain();
    generic_.drain();
    if (watches_.drain() != 0) watch_directories();
    if (!news) deadline = std::min(deadline, Clock::now() + gathering);
    news = true;
  }
}

}  // namespace rxlease::deviceplugin::ctl
