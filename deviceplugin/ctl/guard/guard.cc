// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/guard/guard.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "deviceplugin/ctl/ask/ask.h"
#include "kernel/nic.h"
#include "proto/node.h"
#include "text/display.h"

namespace rxlease::deviceplugin::ctl {

namespace {

const Asker asker{"guard", std::chrono::seconds(10)};

kernel::Nic find_nic(const std::string& name) {
  const auto nics = kernel::list_nics("/sys");
  const auto found = std::ranges::find_if(
      nics, [&](const auto& nic) { return nic.nic.name == name || nic.nic.ifname == name; });
  if (found != nics.end()) return found->nic;
  throw std::runtime_error("this node has no NIC " + text::display(name) +
                           "; name one of `rxleasectl show nics`, by its interface or as in device ids");
}

std::string describe(const kernel::Nic& nic) {
  return nic.name + " (" + nic.ifname + ")";
}

}  // namespace

std::string release_nic(const std::string& state_directory, const std::string& name,
                        std::chrono::seconds duration) {
  const auto nic = find_nic(name);
  const auto seconds = static_cast<std::uint32_t>(duration.count());
  const auto answer =
      ask_daemon(state_directory, proto::to_message(proto::ReleaseQuestion{nic.name, seconds}), asker);
  const auto count = proto::parse_answer(answer).devices.size();
  if (seconds == 0) return "the guard holds the free queues of " + describe(nic) + " again";
  return "the guard has let go of " + std::to_string(count) + (count == 1 ? " queue" : " queues") + " of " +
         describe(nic) + ", and holds none of its queues for " + std::to_string(seconds) + " s";
}

nic::IsParked leases_of_guard(const std::string& state_directory) {
  try {
    const auto answer = proto::parse_guard_answer(
        ask_daemon(state_directory, proto::to_message(proto::GuardQuestion{}), asker));
    if (!answer.netns_id) return {};
    return [id = answer.netns_id](const kernel::Lease& lease) { return lease.netns_id == id; };
  } catch (const std::runtime_error&) {
    return {};
  }
}

}  // namespace rxlease::deviceplugin::ctl
